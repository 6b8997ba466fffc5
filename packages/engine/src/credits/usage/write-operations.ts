import type { Result, WriteOperation } from '../../operation.ts';
import { customerPartition } from '../../partitions.ts';
import { accepted, invalidRequest, isRefused } from '../../shared/outcomes.ts';
import type { Outcome, Refused } from '../../shared/outcomes.ts';
import type { CreditContext } from '../context.ts';
import { isThere, onCustomer, settleAlong } from '../customer-commands.ts';
import { accountKey } from '../records.ts';
import { beyondLargestAmount, eventIdConflict, insufficient, noMeteringRule, unknownCustomer } from '../refusals.ts';
import { CreditState } from '../state.ts';
import { toBalances, toTransactionOf } from '../wire.ts';
import { findEventFaults, toEvent } from './event-input.ts';
import type { EventInput } from './event-input.ts';
import * as rules from './rules.ts';

type Usage = Result<'recordUsage'>;
type ItemResult = Result<'recordUsageBatch'>['results'][number];

/** How long an event id is remembered. */
const eventWindowMs = 24 * 60 * 60 * 1_000;

export const recordUsage: WriteOperation<'recordUsage', CreditContext> = (caller, { body }, context) => {
  const faults = findEventFaults(body, '');
  if (faults.length > 0) return invalidRequest(...faults);
  const event = toEvent(caller, body, context);
  if (isRefused(event)) return event;
  return onCustomer(event.reference, event.reads, context, (state, nowMs) => recordOnce(state, event, '', nowMs));
};

export const recordUsageBatch: WriteOperation<'recordUsageBatch', CreditContext> = (caller, { body }, context) => {
  const faults = body.events.flatMap((event, index) => findEventFaults(event, `/events/${index}`));
  if (faults.length > 0) return invalidRequest(...faults);
  const { actor, settings } = context;
  const events = body.events.map((each) => toEvent(caller, each, context));
  const known = events.filter((event): event is EventInput => !isRefused(event));
  const customers = new Map(known.map(({ reference: { customer } }) => [customerPartition(customer), customer]));
  const partitions = [...customers.keys()];
  return {
    partitions,
    reads: [...partitions.map(accountKey), ...known.flatMap(({ reads }) => reads)],
    run(changes, nowMs) {
      const states = Array.from(customers.values(), (customer) => new CreditState(changes, customer, actor));
      settleAlong(states, changes, settings, nowMs);
      const results: ItemResult[] = [];
      changes.forEach(events, (event, index) => {
        const outcome = isRefused(event)
          ? event
          : recordItem(new CreditState(changes, event.reference.customer, actor), event, index, nowMs);
        results.push(toItemResult(index, outcome));
      });
      return accepted({ results });
    },
  };
};

function recordItem(state: CreditState, event: EventInput, index: number, nowMs: number): Outcome<Usage> {
  if (!isThere(state, event.reference)) return unknownCustomer;
  return recordOnce(state, event, `/events/${index}`, nowMs);
}

/** An event recorded before gets its first answer again; with other content it is a conflict. */
function recordOnce(state: CreditState, { command }: EventInput, field: string, nowMs: number): Outcome<Usage> {
  const { eventId, metricKey, units } = command;
  const earlier = eventId === null ? undefined : state.usageEvent(eventId);
  if (earlier !== undefined && earlier.purgeAtMs > nowMs) {
    const usage = JSON.parse(earlier.usageJson) as Usage;
    const isSame = usage.billable_metric_key === metricKey && usage.units === units;
    return isSame ? accepted({ ...usage, duplicate: true }) : eventIdConflict(String(eventId));
  }
  const outcome = rules.recordUsage(state, command, nowMs);
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
  if (eventId !== null) {
    state.putUsageEvent(eventId, { usageJson: JSON.stringify(usage), purgeAtMs: nowMs + eventWindowMs });
  }
  return accepted(usage);
}

function toItemResult(index: number, outcome: Outcome<Usage>): ItemResult {
  if (!outcome.ok) {
    const status = outcome.code === 'event_id_conflict' ? 'conflict' : 'refused';
    return { index, status, usage: null, error: { code: toErrorCode(outcome.code), detail: outcome.message } };
  }
  return { index, status: outcome.value.duplicate ? 'duplicate' : 'recorded', usage: outcome.value, error: null };
}

type ErrorCode = NonNullable<ItemResult['error']>['code'];

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
