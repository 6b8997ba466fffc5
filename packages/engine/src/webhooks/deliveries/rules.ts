import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import type { Attempt, Delivery } from '../records.ts';
import { unknownDelivery } from '../refusals.ts';
import { findEnabled } from '../rules.ts';
import { enqueue, end, revive } from './lines.ts';
import { leaseMs, mostAttempts, waitAfter } from './schedule.ts';
import type { QueueState } from './state.ts';

/** What came of an attempt. */
export interface Settled {
  readonly eventNumber: number;
  readonly leaseId: string;
  readonly attempt: Attempt;
  readonly result: AttemptResult;
  /** How long the receiver asked to be left alone, in milliseconds; 0: it didn't. */
  readonly retryAfterMs: number;
  /** In [0, 1). */
  readonly jitter: number;
}

/** `gone`: the receiver wants no more at all. */
export type AttemptResult = 'delivered' | 'failed' | 'gone';

/**
 * Writes down what came of an attempt. What isn't delivered is attempted again, or dead: returns whether it is dead now.
 */
export function settle(
  state: QueueState,
  { eventNumber, leaseId, attempt, result, retryAfterMs, jitter }: Settled,
): boolean {
  const delivery = state.delivery(eventNumber);
  // Its lease was over, and somebody else attempts it, or has.
  if (delivery === undefined || delivery.leaseId !== leaseId) return false;

  const tried = { ...delivery, attempts: [...delivery.attempts, attempt].slice(-mostAttempts), leaseId: null };
  if (result === 'delivered') {
    end(state, { ...tried, status: 'delivered', deliveredAtMs: state.nowMs });
    return false;
  }
  if (result === 'gone') state.disableEndpoint();
  const failures = delivery.failures + 1;
  if (failures === mostAttempts) {
    end(state, { ...tried, failures, status: 'dead' });
    return true;
  }
  state.putDelivery({ ...tried, failures, dueAtMs: state.nowMs + waitAfter(failures, jitter, retryAfterMs) });
  return false;
}

/** Takes up to `limit` deliveries that are due. Nobody else attempts them until their lease is over. */
export function takeDue(state: QueueState, limit: number, leaseId: string): readonly Delivery[] {
  const due = limit === 0 ? [] : state.nextDue(limit).filter(({ dueAtMs }) => dueAtMs <= state.nowMs);
  for (const delivery of due) state.putDelivery({ ...delivery, leaseId, dueAtMs: state.nowMs + leaseMs });
  return due;
}

/** Has a delivery attempted as soon as its line lets it, as often as a new one. */
export function retry(state: QueueState, eventNumber: number): Outcome<Delivery> {
  const endpoint = findEnabled(state.webhooks, state.endpointId);
  if (isRefused(endpoint)) return endpoint;
  const delivery = state.delivery(eventNumber);
  if (delivery === undefined) return unknownDelivery;

  if (delivery.status !== 'pending') enqueue(state, [revive(delivery)]);
  else state.putDelivery({ ...delivery, failures: 0, dueAtMs: isWaiting(delivery) ? state.nowMs : delivery.dueAtMs });
  state.noteDue();
  return accepted(state.delivery(eventNumber) ?? delivery);
}

/** Whether it is the first of its line, and nobody attempts it. */
function isWaiting({ dueAtMs, leaseId }: Delivery): boolean {
  return dueAtMs !== null && leaseId === null;
}
