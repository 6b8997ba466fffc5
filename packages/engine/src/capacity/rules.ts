import type { Arrival } from './arrivals.ts';
import type { Booking } from './records.ts';
import { toDemands, toRuns } from './runs.ts';
import type { Demand } from './runs.ts';
import type { PoolState, Room } from './state.ts';

/** An org that wants capacity. */
export interface BookingCommand {
  readonly reservationId: string;
  /** No slot comes twice. */
  readonly demands: readonly Demand[];
  readonly arrival: Arrival;
}

/** Why a slot doesn't fit: it didn't from the beginning, or somebody else was faster. */
export type ShortfallReason = 'insufficient_capacity' | 'concurrent_write';

/** A slot that doesn't fit. */
export interface Shortfall {
  readonly demand: Demand;
  readonly reservableGb: number;
  readonly reason: ShortfallReason;
}

export type Booked = { readonly booking: Booking } | { readonly shortfalls: readonly Shortfall[] };

/**
 * Books every slot or none.
 *
 * Source: the published capacity API; `reservableGb` is the smaller of what the platform and the org have left.
 */
export function book(state: PoolState, command: BookingCommand, nowMs: number): Booked {
  const tooMuch = findTooMuch(state, command.demands);
  if (tooMuch.length > 0) return { shortfalls: explain(state, tooMuch, command.arrival) };

  state.reserve(command.demands);
  const { reservationId, demands } = command;
  return { booking: state.keepBooking({ reservationId, createdAtMs: nowMs, runs: toRuns(demands) }) };
}

/** Which of the slots don't fit, if all were booked now. */
export function findShortfalls(state: PoolState, demands: readonly Demand[]): readonly Shortfall[] {
  return findTooMuch(state, demands).map(({ demand, room }) => {
    return { demand, reservableGb: reservableGb(room), reason: 'insufficient_capacity' };
  });
}

/** What the org could book in a slot, its time left aside. GB, never below 0. */
export function reservableGb(room: Room): number {
  const leftOfPlatform = room.platformCapacityGb - room.platformReservedGb;
  return Math.max(0, Math.min(leftOfPlatform, room.reservationLimitGb - room.reservedGb));
}

interface TooMuch {
  readonly demand: Demand;
  readonly room: Room;
}

function findTooMuch(state: PoolState, demands: readonly Demand[]): readonly TooMuch[] {
  return demands.flatMap((demand) => {
    const room = state.roomAt(demand.slot);
    return demand.capacityGb > reservableGb(room) ? [{ demand, room }] : [];
  });
}

/** Somebody else was faster where it would fit without the bookings that were made since the request arrived. */
function explain(state: PoolState, tooMuch: readonly TooMuch[], arrival: Arrival): readonly Shortfall[] {
  const roomAtArrival = new Map(tooMuch.map(({ demand, room }) => [demand.slot, room]));
  for (const booking of state.bookingsFrom(arrival.atMs)) {
    if (arrival.sawBefore(booking)) continue;
    for (const { slot, capacityGb } of toDemands(booking.runs)) {
      const room = roomAtArrival.get(slot);
      if (room !== undefined) roomAtArrival.set(slot, withoutBooking(room, capacityGb, state.isOwn(booking)));
    }
  }
  return tooMuch.map(({ demand, room }) => {
    const fitted = demand.capacityGb <= reservableGb(roomAtArrival.get(demand.slot) ?? room);
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
