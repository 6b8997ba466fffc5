import type { Booking } from '../records.ts';
import type { PlatformState, Room } from '../state.ts';
import type { Arrival } from './arrivals.ts';
import { toDemands, toRuns } from './runs.ts';
import type { Demand } from './runs.ts';

/** An org that wants capacity. */
export interface BookingCommand {
  readonly reservationId: string;
  /** No interval comes twice. */
  readonly demands: readonly Demand[];
  readonly arrival: Arrival;
}

/** Why an interval doesn't fit: it never did, or a concurrent request was faster. */
type ShortfallReason = 'insufficient_capacity' | 'concurrent_write';

/** An interval that doesn't fit. */
export interface Shortfall {
  readonly demand: Demand;
  readonly reservableGb: number;
  readonly reason: ShortfallReason;
}

export type Booked = { readonly booking: Booking } | { readonly shortfalls: readonly Shortfall[] };

/**
 * Books every interval or none.
 *
 * Source: the published capacity API; `reservableGb` is the smaller of what the platform and the org have left.
 */
export function book(state: PlatformState, command: BookingCommand, nowMs: number): Booked {
  const tooMuch = findTooMuch(state, command.demands);
  if (tooMuch.length > 0) return { shortfalls: explain(state, tooMuch, command.arrival) };

  state.reserve(command.demands);
  const { reservationId, demands } = command;
  return { booking: state.keepBooking({ reservationId, createdAtMs: nowMs, runs: toRuns(demands) }) };
}

/** The intervals that don't fit, if all were booked now. */
export function findShortfalls(state: PlatformState, demands: readonly Demand[]): readonly Shortfall[] {
  return findTooMuch(state, demands).map(({ demand, room }) => {
    return { demand, reservableGb: reservableGb(room), reason: 'insufficient_capacity' };
  });
}

/** What the org could book in an interval, ignoring the lead time. GB, never below 0. */
export function reservableGb(room: Room): number {
  const leftOfPlatform = room.platformCapacityGb - room.platformReservedGb;
  return Math.max(0, Math.min(leftOfPlatform, room.reservationLimitGb - room.reservedGb));
}

interface TooMuch {
  readonly demand: Demand;
  readonly room: Room;
}

function findTooMuch(state: PlatformState, demands: readonly Demand[]): readonly TooMuch[] {
  return demands.flatMap((demand) => {
    const room = state.roomAt(demand.interval);
    return demand.capacityGb > reservableGb(room) ? [{ demand, room }] : [];
  });
}

/** A concurrent request was faster if the demand would fit without the bookings made since this one arrived. */
function explain(state: PlatformState, tooMuch: readonly TooMuch[], arrival: Arrival): readonly Shortfall[] {
  const roomAtArrival = new Map(tooMuch.map(({ demand, room }) => [demand.interval, room]));
  for (const booking of state.bookingsFrom(arrival.atMs)) {
    if (arrival.sawBefore(booking)) continue;
    for (const { interval, capacityGb } of toDemands(booking.runs)) {
      const room = roomAtArrival.get(interval);
      if (room !== undefined) roomAtArrival.set(interval, withoutBooking(room, capacityGb, state.isOwn(booking)));
    }
  }
  return tooMuch.map(({ demand, room }) => {
    const fitted = demand.capacityGb <= reservableGb(roomAtArrival.get(demand.interval) ?? room);
    return { demand, reservableGb: reservableGb(room), reason: fitted ? 'concurrent_write' : 'insufficient_capacity' };
  });
}

function withoutBooking(room: Room, capacityGb: number, isOwn: boolean): Room {
  return {
    ...room,
    platformReservedGb: room.platformReservedGb - capacityGb,
    reservedGb: room.reservedGb - (isOwn ? capacityGb : 0),
  };
}
