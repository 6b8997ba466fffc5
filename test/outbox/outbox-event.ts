import type { CreditEvent, ReservationEvent } from '@holdfast/contract';

/** As both lists of events have it. */
export type OutboxEvent = ReservationEvent | CreditEvent;

export function isResourceEvent(event: OutboxEvent): event is ReservationEvent {
  return !isTenantEvent(event);
}

/** Whether it is of anything but a named resource. */
export function isTenantEvent(event: OutboxEvent): event is CreditEvent {
  return event.type.includes('.');
}
