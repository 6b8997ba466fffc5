import type { Caller } from '../../caller.ts';
import type { Changes } from '../../kernel/record-access.ts';
import type { ReadOperation, Result, ScanOperation } from '../../operation.ts';
import { creditPartition, customerPartition, customerPartitionPrefix, eventPartition } from '../../partitions.ts';
import { eventIdBound } from '../../shared/event-id.ts';
import { toWireEvent } from '../../shared/event-log.ts';
import type { EventContent, SequencedEvent } from '../../shared/event-log.ts';
import { uuidOf } from '../../shared/numbered-ids.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { findPage } from '../../shared/page-input.ts';
import { parseWindow } from '../../shared/times.ts';
import type { RecordValue, StoredRecord } from '../../store.ts';
import type { CreditContext } from '../context.ts';
import { holderOf, onAccount, onCustomer } from '../customer-commands.ts';
import { customerOfId, findCustomerInPath } from '../customer-input.ts';
import type { CustomerReference } from '../customer-input.ts';
import {
  accountKey,
  accountKind,
  blockKind,
  creditSettingsKey,
  customerRowKind,
  entryKind,
  holdKind,
} from '../records.ts';
import type { Account, Block, Entry, Hold } from '../records.ts';
import { unknownCustomer } from '../refusals.ts';
import { CreditState } from '../state.ts';
import { toAccount, toAudit, toBlock, toCreditSettings, toCustomer, toDebtBlock, toTransaction } from '../wire.ts';
import { Audit } from './audit.ts';
import { readCreditSettings } from './tenant-settings.ts';

type WireEvent = EventContent & Result<'listCreditEvents'>['data'][number];

/** The most open blocks in an answer. */
const mostBlocksShown = 1_000;

export const getCustomer: ReadOperation<'getCustomer' | 'getCustomerByExternalId', CreditContext> = (
  caller,
  { path },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  return onCustomer(reference, [], context, (state) => accepted(toCustomer(state.customerId, state.account)));
};

export const listCustomers: ReadOperation<'listCustomers', CreditContext> = (caller, { query }, context) => {
  const partition = creditPartition(caller);
  const page = findPage(['customers', partition], query, context);
  if (isRefused(page)) return page;
  const range = { kind: customerRowKind, partition, descending: true };
  return {
    partitions: [partition],
    reads: [],
    run(changes) {
      const { data: ids, pagination } = page.read(changes, range, ({ value }) => value.customerId);
      return accepted({ data: readCustomers(changes, ids, caller, context), pagination });
    },
  };
};

export const getAccount: ReadOperation<'getAccount' | 'getAccountByExternalId', CreditContext> = (
  caller,
  { path, query },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  return onCustomer(reference, [], context, (state) => {
    const account = toAccount(holderOf(caller, state));
    return accepted(query.include_blocks === true ? { ...account, ...readBlocks(state) } : account);
  });
};

export const listTransactions: ReadOperation<'listTransactions' | 'listTransactionsByExternalId', CreditContext> = (
  caller,
  { path, query },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  const window = parseWindow(query.from, query.to);
  if (isRefused(window)) return window;
  const partition = customerPartition(reference.customer);
  const page = findPage(['transactions', partition], query, context);
  if (isRefused(page)) return page;
  const range = {
    kind: entryKind,
    partition,
    descending: true,
    ...(window.fromMs === undefined ? {} : { from: eventIdBound(window.fromMs) }),
    ...(window.toMs === undefined ? {} : { to: eventIdBound(window.toMs) }),
    ...(query.type === undefined ? {} : { index: 'type', equals: [query.type] }),
  };
  return onCustomer(reference, [], context, (state) =>
    accepted(page.read(state.records, range, ({ value }) => toTransaction(value))),
  );
};

export const auditAccount: ScanOperation<'auditAccount' | 'auditAccountByExternalId', CreditContext> = (
  caller,
  { path },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  const { customer } = reference;
  const partition = customerPartition(customer);
  return {
    settle: onAccount(customer, [], context, () => accepted(undefined)),
    records: [accountKey(partition)],
    ranges: [
      { kind: entryKind, partition },
      { kind: holdKind, partition, index: 'status', equals: ['active'] },
      { kind: blockKind, partition },
    ],
    begin() {
      const audit = new Audit();
      return {
        take: (range, rows) => takeRows(audit, range, rows),
        finish: ([account]) => finish(audit, reference, account),
      };
    },
  };
};

export const listCreditEvents: ReadOperation<'listCreditEvents', CreditContext> = (caller, { query }, context) => {
  const outbox = eventPartition(caller);
  const page = findPage(['events', outbox], query, context);
  if (isRefused(page)) return page;
  const { type } = query;
  const { eventHistoryMs } = context.actor;
  return {
    settles: { kind: accountKind, partitionPrefix: customerPartitionPrefix(creditPartition(caller)) },
    numbersFirst: outbox,
    partitions: [outbox],
    reads: [],
    run(changes, nowMs) {
      // Hides what is due to be purged, so that it makes no difference when it is.
      const fromMs = nowMs - eventHistoryMs + 1;
      const accepts = ({ family, content }: SequencedEvent) => {
        if (family === 'resources' || (type !== undefined && content.type !== type)) return false;
        return Date.parse((content as WireEvent).created_at) >= fromMs;
      };
      const { data, pagination } = page.readEvents(changes, outbox, { accepts, fromMs });
      return accepted({ data: data.map((event) => toWireEvent(event) as unknown as WireEvent), pagination });
    },
  };
};

export const getCreditSettings: ReadOperation<'getCreditSettings', CreditContext> = (caller) => {
  const partition = creditPartition(caller);
  return {
    partitions: [partition],
    reads: [creditSettingsKey(partition)],
    run: (changes) => accepted(toCreditSettings(readCreditSettings(changes, partition))),
  };
};

/** Customers by id, in one round trip. */
function readCustomers(
  changes: Changes,
  ids: readonly string[],
  caller: Caller,
  { actor }: CreditContext,
): Result<'listCustomers'>['data'] {
  const customers: Result<'listCustomers'>['data'] = [];
  changes.forEach(ids, (id) => {
    const customer = customerOfId(caller, id);
    if (customer === undefined) throw new Error(`${id} is listed, but is no customer's id.`);
    customers.push(toCustomer(id, new CreditState(changes, customer, actor).account));
  });
  return customers;
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

function takeRows(audit: Audit, range: number, rows: readonly StoredRecord[]): void {
  for (const { id, value } of rows as unknown as { id: string; value: unknown }[]) {
    if (range === 0) audit.addEntry(value as Entry);
    else if (range === 1) audit.addHold(value as Hold);
    else audit.addBlock(id, value as Block);
  }
}

function finish(
  audit: Audit,
  reference: CustomerReference,
  value: RecordValue | undefined,
): Outcome<Result<'auditAccount'>> {
  const account = value as Account | undefined;
  if (account === undefined || !reference.matches(account)) return unknownCustomer;
  return accepted(toAudit(uuidOf(reference.customer.key, 0), audit.finish(account)));
}
