import type { OperationTypes } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Environment } from '../../environment.ts';
import { recordKey } from '../../kernel/record-access.ts';
import type { WriteOperation } from '../../legacy-operation.ts';
import { customerPartition } from '../../partitions.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { accepted, invalidRequest, isRefused } from '../../shared/outcomes.ts';
import type { FieldFault, Outcome, Refused } from '../../shared/outcomes.ts';
import { fromWireTime } from '../../shared/times.ts';
import type { RecordKey } from '../../store.ts';
import { accountKey, metricKeyOf } from '../customer-commands.ts';
import type { CustomerCommands } from '../customer-commands.ts';
import { findCustomer, findCustomerFaults } from '../customer-input.ts';
import type { CustomerReference } from '../customer-input.ts';
import { toMetadataJson } from '../metadata.ts';
import { usageEventKind } from '../records.ts';
import { beyondLargestAmount, eventIdConflict, insufficient, noMeteringRule, unknownCustomer } from '../refusals.ts';
import type { CreditServiceSettings } from '../settings.ts';
import { CreditState } from '../state.ts';
import { toBalances, toTransactionOf } from '../wire.ts';
import { recordUsage } from './rules.ts';
import type { UsageCommand } from './rules.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];
type Body<Id extends keyof OperationTypes> = OperationTypes[Id]['body'];
type Write<Id extends keyof OperationTypes> = WriteOperation<Input<Id>, Result<Id>>;
type Usage = Result<'recordUsage'>;

/** How long an event id is remembered. */
const eventWindowMs = 24 * 60 * 60 * 1_000;

export function createUsageOperations(
  environment: Environment,
  commands: CustomerCommands,
  settings: CreditServiceSettings,
) {
  const recordUsageOperation: Write<'recordUsage'> = {
    type: 'write',
    prepare(caller, { body }) {
      const faults = findEventFaults(body, '');
      if (faults.length > 0) return invalidRequest(...faults);
      const event = toEvent(environment, caller, body);
      if (isRefused(event)) return event;
      const { reference, reads } = event;
      return commands.on(reference, reads, (state, nowMs) => recordOnce(state, event, '', settings, nowMs));
    },
  };

  const recordUsageBatch: Write<'recordUsageBatch'> = {
    type: 'write',
    prepare(caller, { body }) {
      const faults = body.events.flatMap((event, index) => findEventFaults(event, `/events/${index}`));
      if (faults.length > 0) return invalidRequest(...faults);
      const events = body.events.map((each) => toEvent(environment, caller, each));
      const known = events.filter((event): event is Event => !isRefused(event));
      return {
        partitions: [...new Set(known.map(({ reference }) => customerPartition(reference.customer)))],
        reads: known.flatMap(({ reference, reads }) => [accountKey(reference.customer), ...reads]),
        run(changes, nowMs) {
          const results: Result<'recordUsageBatch'>['results'] = [];
          const customers = new Map(known.map(({ reference: { customer } }) => [customer.key, customer]));
          commands.settle(
            Array.from(customers.values(), (customer) => new CreditState(changes, customer)),
            changes,
            nowMs,
          );
          changes.forEach(events, (event, index) => {
            const outcome = isRefused(event)
              ? event
              : record(new CreditState(changes, event.reference.customer), event, index, nowMs);
            results.push(toItemResult(index, outcome));
          });
          return accepted({ results });
        },
      };
    },
  };

  function record(state: CreditState, event: Event, index: number, nowMs: number): Outcome<Usage> {
    const account = state.findAccount();
    if (account === undefined || !event.reference.matches(account)) return unknownCustomer;
    return recordOnce(state, event, `/events/${index}`, settings, nowMs);
  }

  return { recordUsage: recordUsageOperation, recordUsageBatch };
}

/** A usage event, and the customer that it is about. */
interface Event {
  readonly reference: CustomerReference;
  readonly reads: readonly RecordKey[];
  readonly command: UsageCommand;
}

function findEventFaults(event: Body<'recordUsage'>, field: string): readonly FieldFault[] {
  const faults = [...findCustomerFaults(event, field), ...findMetadataFaults(event.metadata, `${field}/metadata`)];
  if (event.occurred_at === undefined || fromWireTime(event.occurred_at) !== undefined) return faults;
  return [...faults, { field: `${field}/occurred_at`, rule: 'format', message: 'must be a day that there is' }];
}

function toEvent(environment: Environment, caller: Caller, body: Body<'recordUsage'>): Event | Refused {
  const reference = findCustomer(environment, caller, body);
  if (reference === undefined) return unknownCustomer;
  if (isRefused(reference)) return reference;
  const { billable_metric_key: metricKey, units, event_id: eventId = null, occurred_at: occurredAt, metadata } = body;
  const { tenantPartition } = reference.customer;
  const reads = [metricKeyOf(tenantPartition, metricKey)];
  if (eventId !== null) reads.push(recordKey(usageEventKind, customerPartition(reference.customer), eventId));
  const occurredAtMs = occurredAt === undefined ? null : (fromWireTime(occurredAt) ?? null);
  return {
    reference,
    reads,
    command: { metricKey, units, eventId, occurredAtMs, metadataJson: toMetadataJson(metadata) },
  };
}

/** An event recorded before gets its first answer again; with other content it is a conflict. */
function recordOnce(
  state: CreditState,
  { command }: Event,
  field: string,
  settings: CreditServiceSettings,
  nowMs: number,
): Outcome<Usage> {
  const { eventId, metricKey, units } = command;
  const earlier = eventId === null ? undefined : state.usageEvent(eventId);
  if (earlier !== undefined && earlier.purgeAtMs > nowMs) {
    const usage = JSON.parse(earlier.usageJson) as Usage;
    const isSame = usage.billable_metric_key === metricKey && usage.units === units;
    return isSame ? accepted({ ...usage, duplicate: true }) : eventIdConflict(String(eventId));
  }
  const outcome = recordUsage(state, command, settings, nowMs);
  if (outcome.status !== 'RECORDED') {
    if (outcome.status === 'NO_RULE') return noMeteringRule(metricKey);
    return outcome.status === 'INSUFFICIENT' ? insufficient : beyondLargestAmount(`${field}/units`, 'the cost');
  }

  const usage = {
    customer_id: state.customerId,
    external_customer_id: state.account.externalId,
    billable_metric_key: metricKey,
    units,
    event_id: eventId,
    duplicate: false,
    cost: outcome.cost,
    transaction: toTransactionOf(outcome.entry, 'consumption'),
    account: toBalances(state.account),
  };
  if (eventId !== null)
    state.putUsageEvent(eventId, { usageJson: JSON.stringify(usage), purgeAtMs: nowMs + eventWindowMs });
  return accepted(usage);
}

function toItemResult(index: number, outcome: Outcome<Usage>): Result<'recordUsageBatch'>['results'][number] {
  if (!outcome.ok) {
    const status = outcome.code === 'event_id_conflict' ? 'conflict' : 'refused';
    return { index, status, usage: null, error: { code: toErrorCode(outcome.code), detail: outcome.message } };
  }
  return { index, status: outcome.value.duplicate ? 'duplicate' : 'recorded', usage: outcome.value, error: null };
}

type ErrorCode = NonNullable<Result<'recordUsageBatch'>['results'][number]['error']>['code'];

function toErrorCode(code: Refused['code']): ErrorCode {
  switch (code) {
    case 'insufficient_credits':
    case 'no_metering_rule':
    case 'not_found':
    case 'event_id_conflict':
      return code;
    default:
      return 'validation_failed';
  }
}
