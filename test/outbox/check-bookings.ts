import type { CapacityReservation, CapacityReservedEvent, CreditEvent } from '@holdfast/contract';

import { countBy } from './count-by.ts';

/** Each reservation of capacity has its event once, which says what it is of; and there is no other. */
export function checkBookings(
  events: readonly CreditEvent[],
  reservations: readonly CapacityReservation[],
): readonly string[] {
  const announced = countBy(events.filter(isOfBooking), ({ data }) => {
    return describe(data.reservation_id, Date.parse(data.from), Date.parse(data.to), data.gb);
  });
  const made = countBy(reservations, ({ reservationId, intervals }) => {
    const times = intervals.map(({ startsAt, endsAt }) => [Date.parse(startsAt), Date.parse(endsAt)] as const);
    const from = Math.min(...times.map(([startsMs]) => startsMs));
    const to = Math.max(...times.map(([, endsMs]) => endsMs));
    return describe(reservationId, from, to, Math.max(...intervals.map(({ capacityGb }) => capacityGb)));
  });
  return [...new Set([...announced.keys(), ...made.keys()])].flatMap((booking) => {
    const [isAnnounced, isMade] = [announced.get(booking) ?? 0, made.get(booking) ?? 0];
    return isAnnounced === isMade ? [] : [`Reserved ${isMade} times, and announced ${isAnnounced} times: ${booking}`];
  });
}

function isOfBooking(event: CreditEvent): event is CapacityReservedEvent {
  return event.type === 'capacity.reserved';
}

function describe(id: string, fromMs: number, toMs: number, gb: number): string {
  return `${id}, from ${fromMs} to ${toMs}, ${gb} GB`;
}
