import type { OperationTypes } from '@holdfast/contract';

import type { Caller } from '../caller.ts';
import type { Environment } from '../environment.ts';
import type { Query } from '../kernel/command.ts';
import { recordKey } from '../kernel/record-access.ts';
import type { Changes, Row } from '../kernel/record-access.ts';
import type { ReadOperation } from '../legacy-operation.ts';
import { creditPartition, customerPartition, customerPartitionPrefix } from '../partitions.ts';
import { eventIdBound } from '../shared/event-id.ts';
import { accepted, isRefused } from '../shared/outcomes.ts';
import type { Outcome, Refused } from '../shared/outcomes.ts';
import { parseWindow } from '../shared/times.ts';
import { readCreditSettings } from './accounts/tenant-settings.ts';
import { holderOf, metricKeyOf } from './customer-commands.ts';
import type { CustomerCommands } from './customer-commands.ts';
import { customerOfId, findByExternalId, findById } from './customer-input.ts';
import type { CustomerReference } from './customer-input.ts';
import { isForgotten } from './expiry.ts';
import { findHold } from './holds/write-operations.ts';
import { CreditPages } from './page-input.ts';
import {
  accountKind,
  creditEventKind,
  creditSettingsKind,
  customerRowKind,
  entryKind,
  holdKind,
  meteringRuleKind,
  metricKind,
  metricRowKind,
  settingsId,
} from './records.ts';
import type { Hold } from './records.ts';
import { beyondLargestAmount, noMeteringRule, unknownCustomer, unknownHold, unknownMetric } from './refusals.ts';
import type { CreditServiceSettings } from './settings.ts';
import { CreditState } from './state.ts';
import { findEntitlement } from './usage/rules.ts';
import {
  toAccount,
  toBalances,
  toBlock,
  toCreditEvent,
  toCreditSettings,
  toCustomer,
  toDebtBlock,
  toHold,
  toHoldSummary,
  toMeteringRule,
  toMetric,
  toTransaction,
} from './wire.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];
type Filters<Id extends keyof OperationTypes> = OperationTypes[Id]['query'];
type Read<Id extends keyof OperationTypes> = ReadOperation<Input<Id>, Result<Id>>;
type Prepared<Id extends keyof OperationTypes> = Query<Outcome<Result<Id>>> | Refused;

/** The most open blocks in an answer. */
const mostBlocksShown = 1_000;

export function createCreditReadOperations(
  environment: Environment,
  commands: CustomerCommands,
  settings: CreditServiceSettings,
) {
  const pages = new CreditPages(environment);
  const byId = (caller: Caller, path: { customer_id: string }) => findById(caller, path.customer_id);
  const byExternalId = (caller: Caller, path: { external_id: string }) =>
    findByExternalId(environment, caller, path.external_id);

  const getHold: Read<'getHold'> = {
    type: 'read',
    prepare(caller, { path: { id } }) {
      const place = findHold(caller, id);
      if (place === undefined) return unknownHold;
      return commands.onAccount(place.customer, place.reads, (state, nowMs) => {
        const hold = state.hold(place.id);
        if (hold === undefined || isForgotten(hold, nowMs)) return unknownHold;
        return accepted(toHold(holderOf(caller, state), place.id, hold));
      });
    },
  };

  function prepareHolds(
    caller: Caller,
    reference: CustomerReference | undefined,
    query: Filters<'listHolds'>,
  ): Prepared<'listHolds'> {
    if (reference === undefined) return unknownCustomer;
    const partition = customerPartition(reference.customer);
    const page = pages.begin(['holds', partition], query);
    if (isRefused(page)) return page;
    const { status } = query;
    return commands.on(reference, [], (state, nowMs) => {
      const index = status === undefined ? {} : { index: 'status', equals: [status] };
      const range = { kind: holdKind, partition, descending: true, ...index };
      return page.read(state.records, range, ({ id, value }: Row<Hold>) =>
        isForgotten(value, nowMs) ? undefined : toHoldSummary(holderOf(caller, state), id, value),
      );
    });
  }

  function prepareCustomer(reference: CustomerReference | undefined): Prepared<'getCustomer'> {
    if (reference === undefined) return unknownCustomer;
    return commands.on(reference, [], (state) => accepted(toCustomer(state.customerId, state.account)));
  }

  const listCustomers: Read<'listCustomers'> = {
    type: 'read',
    prepare(caller, { query }) {
      const partition = creditPartition(caller);
      const page = pages.begin(['customers', partition], query);
      if (isRefused(page)) return page;
      return {
        partitions: [partition],
        reads: [],
        run(changes) {
          const range = { kind: customerRowKind, partition, descending: true };
          const { data: ids, pagination } = page.readRows(changes, range, ({ value }) => value.customerId);
          return accepted({ data: readCustomers(changes, caller, ids), pagination });
        },
      };
    },
  };

  function prepareAccount(
    caller: Caller,
    reference: CustomerReference | undefined,
    query: Filters<'getAccount'>,
  ): Prepared<'getAccount'> {
    if (reference === undefined) return unknownCustomer;
    return commands.on(reference, [], (state) => {
      const account = toAccount(holderOf(caller, state));
      return accepted(query.include_blocks === true ? { ...account, ...readBlocks(state) } : account);
    });
  }

  function prepareTransactions(
    reference: CustomerReference | undefined,
    query: Filters<'listTransactions'>,
  ): Prepared<'listTransactions'> {
    if (reference === undefined) return unknownCustomer;
    const window = parseWindow(query.from, query.to);
    if (isRefused(window)) return window;
    const partition = customerPartition(reference.customer);
    const page = pages.begin(['transactions', partition], query);
    if (isRefused(page)) return page;
    const range = {
      kind: entryKind,
      partition,
      descending: true,
      ...(window.fromMs === undefined ? {} : { from: eventIdBound(window.fromMs) }),
      ...(window.toMs === undefined ? {} : { to: eventIdBound(window.toMs) }),
      ...(query.type === undefined ? {} : { index: 'type', equals: [query.type] }),
    };
    return commands.on(reference, [], (state) => page.read(state.records, range, ({ value }) => toTransaction(value)));
  }

  function prepareEntitlement(
    reference: CustomerReference | undefined,
    metricKey: string,
    { units = 1 }: Filters<'getEntitlement'>,
  ): Prepared<'getEntitlement'> {
    if (reference === undefined) return unknownCustomer;
    const reads = [metricKeyOf(reference.customer.tenantPartition, metricKey)];
    return commands.on(reference, reads, (state) => {
      const entitlement = findEntitlement(state, metricKey, units);
      if (entitlement.status !== 'KNOWN') {
        if (entitlement.status === 'NO_METRIC') return unknownMetric(metricKey);
        if (entitlement.status === 'NO_RULE') return noMeteringRule(metricKey);
        return beyondLargestAmount('query.units', 'the cost or the balance');
      }
      const { account } = state;
      return accepted({
        allowed: entitlement.isAllowed,
        customer_id: state.customerId,
        external_customer_id: account.externalId,
        billable_metric_key: metricKey,
        units,
        ...toBalances(account),
        estimated_cost: entitlement.cost,
        balance_after: account.balance - entitlement.cost,
        overage_policy: entitlement.policy,
        affordable_units: entitlement.affordableUnits,
      });
    });
  }

  const getMetric: Read<'getMetric'> = {
    type: 'read',
    prepare(caller, { path: { key } }) {
      const partition = creditPartition(caller);
      return {
        partitions: [partition],
        reads: [metricKeyOf(partition, key)],
        run(changes) {
          const metric = changes.get(metricKind, partition, key);
          return metric === undefined ? unknownMetric(key) : accepted(toMetric(metric));
        },
      };
    },
  };

  const listMetrics: Read<'listMetrics'> = {
    type: 'read',
    prepare(caller, { query }) {
      const partition = creditPartition(caller);
      const page = pages.begin(['metrics', partition], query);
      if (isRefused(page)) return page;
      return {
        partitions: [partition],
        reads: [],
        run(changes) {
          const range = { kind: metricRowKind, partition, descending: true };
          const { data: keys, pagination } = page.readRows(changes, range, ({ value }) => value.metricKey);
          return accepted({ data: readMetrics(changes, partition, keys), pagination });
        },
      };
    },
  };

  const listMeteringRules: Read<'listMeteringRules'> = {
    type: 'read',
    prepare(caller, { query }) {
      const { billable_metric_key: metricKey } = query;
      const index = metricKey === undefined ? {} : { index: 'metric', equals: [metricKey] };
      const range = { kind: meteringRuleKind, partition: creditPartition(caller), descending: true, ...index };
      return pages.query(query, range, ({ value }) => toMeteringRule(value));
    },
  };

  const listCreditEvents: Read<'listCreditEvents'> = {
    type: 'read',
    prepare(caller, { query }) {
      const partition = creditPartition(caller);
      const page = pages.begin(['events', partition], query);
      if (isRefused(page)) return page;
      const index = query.type === undefined ? {} : { index: 'type', equals: [query.type] };
      const range = { kind: creditEventKind, partition, descending: true, ...index };
      return {
        settles: { kind: accountKind, partitionPrefix: customerPartitionPrefix(partition) },
        partitions: [partition],
        reads: [],
        run(changes, nowMs) {
          // Hides what is due to be purged, so that it makes no difference when it is.
          const from = eventIdBound(nowMs - settings.eventHistoryMs + 1);
          return page.read(changes, { ...range, from }, toCreditEvent);
        },
      };
    },
  };

  const getCreditSettings: Read<'getCreditSettings'> = {
    type: 'read',
    prepare(caller) {
      const partition = creditPartition(caller);
      return {
        partitions: [partition],
        reads: [recordKey(creditSettingsKind, partition, settingsId)],
        run: (changes) => accepted(toCreditSettings(readCreditSettings(changes, partition))),
      };
    },
  };

  return {
    getHold,
    listCustomers,
    getMetric,
    listMetrics,
    listMeteringRules,
    listCreditEvents,
    getCreditSettings,
    listHolds: {
      type: 'read',
      prepare: (caller, { path, query }) => prepareHolds(caller, byId(caller, path), query),
    } satisfies Read<'listHolds'>,
    listHoldsByExternalId: {
      type: 'read',
      prepare: (caller, { path, query }) => prepareHolds(caller, byExternalId(caller, path), query),
    } satisfies Read<'listHoldsByExternalId'>,
    getCustomer: {
      type: 'read',
      prepare: (caller, { path }) => prepareCustomer(byId(caller, path)),
    } satisfies Read<'getCustomer'>,
    getCustomerByExternalId: {
      type: 'read',
      prepare: (caller, { path }) => prepareCustomer(byExternalId(caller, path)),
    } satisfies Read<'getCustomerByExternalId'>,
    getAccount: {
      type: 'read',
      prepare: (caller, { path, query }) => prepareAccount(caller, byId(caller, path), query),
    } satisfies Read<'getAccount'>,
    getAccountByExternalId: {
      type: 'read',
      prepare: (caller, { path, query }) => prepareAccount(caller, byExternalId(caller, path), query),
    } satisfies Read<'getAccountByExternalId'>,
    listTransactions: {
      type: 'read',
      prepare: (caller, { path, query }) => prepareTransactions(byId(caller, path), query),
    } satisfies Read<'listTransactions'>,
    listTransactionsByExternalId: {
      type: 'read',
      prepare: (caller, { path, query }) => prepareTransactions(byExternalId(caller, path), query),
    } satisfies Read<'listTransactionsByExternalId'>,
    getEntitlement: {
      type: 'read',
      prepare: (caller, { path, query }) => prepareEntitlement(byId(caller, path), path.billable_metric_key, query),
    } satisfies Read<'getEntitlement'>,
    getEntitlementByExternalId: {
      type: 'read',
      prepare: (caller, { path, query }) =>
        prepareEntitlement(byExternalId(caller, path), path.billable_metric_key, query),
    } satisfies Read<'getEntitlementByExternalId'>,
  };
}

/** Customers by id, in one round trip. */
function readCustomers(changes: Changes, caller: Caller, ids: readonly string[]): Result<'listCustomers'>['data'] {
  const customers: Result<'listCustomers'>['data'] = [];
  changes.forEach(ids, (id) => {
    const customer = customerOfId(caller, id);
    if (customer === undefined) throw new Error(`${id} is listed, but is no customer's id.`);
    customers.push(toCustomer(id, new CreditState(changes, customer).account));
  });
  return customers;
}

/** Metrics by key, in one round trip. */
function readMetrics(changes: Changes, partition: string, keys: readonly string[]): Result<'listMetrics'>['data'] {
  const metrics: Result<'listMetrics'>['data'] = [];
  changes.forEach(keys, (key) => {
    const metric = changes.get(metricKind, partition, key);
    if (metric === undefined) throw new Error(`The metric ${key} is listed, but there is none.`);
    metrics.push(toMetric(metric));
  });
  return metrics;
}

/** The open blocks in burn-down order, and the debt, if any. */
function readBlocks(state: CreditState): Pick<Result<'getAccount'>, 'blocks' | 'blocks_has_more'> {
  const rows = state.openBlocks(mostBlocksShown + 1);
  const blocks = rows.slice(0, mostBlocksShown).map(({ id, value }) => toBlock(id, value));
  const { debt } = state.account;
  return {
    blocks: debt === null ? blocks : [...blocks, toDebtBlock(debt)],
    blocks_has_more: rows.length > mostBlocksShown,
  };
}
