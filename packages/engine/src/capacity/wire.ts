import type {
  CapacityCalendarInterval,
  CapacityInterval,
  CapacityReservation,
  CapacityShortfall,
} from '@holdfast/contract';

import { toWireTime } from '../shared/times.ts';
import { reservableGb } from './bookings/rules.ts';
import type { Shortfall } from './bookings/rules.ts';
import { toDemands } from './bookings/runs.ts';
import type { Demand } from './bookings/runs.ts';
import { isBookable, startOf } from './intervals.ts';
import type { IntervalRange } from './intervals.ts';
import type { Booking } from './records.ts';
import type { Room } from './state.ts';

export function toReservation({ reservationId, createdAtMs, runs }: Booking): CapacityReservation {
  return { reservationId, createdAt: toWireTime(createdAtMs), intervals: toDemands(runs).map(toInterval) };
}

/** As it was sent. */
export function toInterval({ interval, capacityGb, form }: Demand): CapacityInterval {
  return { startsAt: toGridTime(interval, form?.startsAt), endsAt: toGridTime(interval + 1, form?.endsAt), capacityGb };
}

export function toShortfall({ demand, reservableGb: leftGb, reason }: Shortfall): CapacityShortfall {
  const { interval, capacityGb, form } = demand;
  return { startsAt: toGridTime(interval, form?.startsAt), requestedGb: capacityGb, reservableGb: leftGb, reason };
}

export function toCalendarInterval(interval: number, room: Room, nowMs: number): CapacityCalendarInterval {
  return {
    startsAt: toGridTime(interval),
    endsAt: toGridTime(interval + 1),
    reservationLimitGb: room.reservationLimitGb,
    reservedGb: room.reservedGb,
    reservableGb: isBookable(interval, nowMs) ? reservableGb(room) : 0,
  };
}

/** When an interval begins. */
export function toGridTime(interval: number, form = 'Z'): string {
  return `${toWireTime(startOf(interval)).slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}${form}`;
}

export function toWireRange({ fromInterval, toInterval }: IntervalRange) {
  return { from: toGridTime(fromInterval), to: toGridTime(toInterval) };
}
