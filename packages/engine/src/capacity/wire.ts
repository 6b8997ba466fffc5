import type {
  CapacityCalendarInterval,
  CapacityInterval,
  CapacityReservation,
  CapacityShortfall,
} from '@holdfast/contract';

import { toWireTime } from '../shared/times.ts';
import type { Booking } from './records.ts';
import { reservableGb } from './rules.ts';
import type { Shortfall } from './rules.ts';
import { toDemands } from './runs.ts';
import type { Demand } from './runs.ts';
import { isBookable, startOf } from './slots.ts';
import type { Room } from './state.ts';

export function toReservation({ reservationId, createdAtMs, runs }: Booking): CapacityReservation {
  return { reservationId, createdAt: toWireTime(createdAtMs), intervals: toDemands(runs).map(toInterval) };
}

/** As it was sent. */
export function toInterval({ slot, capacityGb, form }: Demand): CapacityInterval {
  return { startsAt: toGridTime(slot, form?.startsAt), endsAt: toGridTime(slot + 1, form?.endsAt), capacityGb };
}

export function toShortfall({ demand, reservableGb: leftGb, reason }: Shortfall): CapacityShortfall {
  const { slot, capacityGb, form } = demand;
  return { startsAt: toGridTime(slot, form?.startsAt), requestedGb: capacityGb, reservableGb: leftGb, reason };
}

export function toCalendarInterval(slot: number, room: Room, nowMs: number): CapacityCalendarInterval {
  return {
    startsAt: toGridTime(slot),
    endsAt: toGridTime(slot + 1),
    reservationLimitGb: room.reservationLimitGb,
    reservedGb: room.reservedGb,
    reservableGb: isBookable(slot, nowMs) ? reservableGb(room) : 0,
  };
}

/** When a slot begins. */
export function toGridTime(slot: number, form = 'Z'): string {
  return `${toWireTime(startOf(slot)).slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}${form}`;
}
