import type { SequencedEvent } from '../../shared/event-log.ts';
import { toWireEvent } from '../../shared/event-log.ts';
import type { Delivery } from '../records.ts';
import type { QueueState } from './state.ts';

/*
 * A line has the deliveries of one resource or customer to one endpoint. Only the first that hasn't ended has a due
 * time; the others get theirs when it ends.
 */

/** An event of the log, with what its row says of it. */
export interface LoggedEvent extends SequencedEvent {
  readonly numberedAtMs: number;
  readonly keptMs: number;
}

/** An event that hasn't been sent to the endpoint yet, as a delivery. */
export function toDelivery(event: LoggedEvent, nowMs: number): Delivery {
  return {
    eventNumber: event.number,
    eventType: event.type,
    eventAtMs: event.numberedAtMs,
    bodyJson: JSON.stringify(toWireEvent(event)),
    keptMs: event.keptMs,
    line: lineOf(event.content),
    status: 'pending',
    dueAtMs: null,
    leaseId: null,
    failures: 0,
    attempts: [],
    createdAtMs: nowMs,
    deliveredAtMs: null,
    purgeAtMs: null,
  };
}

/** Puts deliveries in their lines that aren't in any, in order. */
export function enqueue(state: QueueState, deliveries: readonly Delivery[]): void {
  state.load(
    deliveries.map(
      ({ line }) =>
        () =>
          line !== null && state.pendingIn(line),
    ),
  );
  for (const delivery of deliveries) {
    const { line } = delivery;
    const before = line === null ? 0 : state.pendingIn(line);
    if (line !== null) state.putPending(line, before + 1);
    state.putDelivery({ ...delivery, dueAtMs: before === 0 ? state.nowMs : null });
  }
}

/** One that has ended, as if it were new. */
export function revive(delivery: Delivery): Delivery {
  return { ...delivery, status: 'pending', failures: 0, deliveredAtMs: null, purgeAtMs: null };
}

/** Ends a delivery, and lets the next of its line go. */
export function end(state: QueueState, delivery: Delivery & { readonly status: 'delivered' | 'dead' }): void {
  state.putDelivery({ ...delivery, dueAtMs: null, purgeAtMs: state.nowMs + delivery.keptMs });
  if (delivery.line === null) return;
  const left = state.pendingIn(delivery.line) - 1;
  state.putPending(delivery.line, left);
  const next = left === 0 ? undefined : state.firstPendingOf(delivery.line);
  if (next !== undefined) state.putDelivery({ ...next, dueAtMs: state.nowMs });
}

/** Whose events come one after the other: those of a resource, and those of a customer. */
function lineOf(content: object): string | null {
  if ('resource' in content && typeof content.resource === 'string') return `resource\u001f${content.resource}`;
  const customerId = 'customer_id' in content ? content.customer_id : null;
  return typeof customerId === 'string' ? `customer\u001f${customerId}` : null;
}
