import type { OperationTypes } from '@holdfast/contract';

import type { Environment } from '../environment.ts';
import type { ReadOperation, WriteOperation } from '../operation.ts';
import { accepted } from '../shared/outcomes.ts';
import { Arrivals } from './arrivals.ts';
import { notAvailable } from './capacity-refusals.ts';
import { parseIntervals, refuseTooSoon } from './interval-input.ts';
import type { Booking } from './records.ts';
import { book, findShortfalls } from './rules.ts';
import { costMicros } from './settlement.ts';
import { intervalSeconds } from './intervals.ts';
import { PlatformState, platformPartitionOf } from './state.ts';
import type { CapacityServiceSettings } from './settings.ts';
import { toInterval, toReservation } from './wire.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];

const secondsPerHour = 3_600;

export function createBookingOperations(environment: Environment, settings: CapacityServiceSettings) {
  const arrivals = new Arrivals();

  const reserveCapacity: WriteOperation<Input<'reserveCapacity'>, Result<'reserveCapacity'>, Booking> = {
    type: 'write',
    prepare(caller, { body: { intervals } }) {
      const demands = parseIntervals(intervals);
      if ('ok' in demands) return demands;
      const partition = platformPartitionOf(caller.environment);
      const arrival = arrivals.begin(partition, environment.now());
      const command = { reservationId: newUuid(environment), demands, arrival };
      return {
        partitions: [partition],
        reads: PlatformState.reads(partition, caller.tenantId, demands.map(({ interval }) => interval)),
        run(changes, nowMs) {
          const tooSoon = refuseTooSoon(intervals, demands, nowMs);
          if (tooSoon !== undefined) return tooSoon;
          const booked = book(new PlatformState(changes, partition, caller.tenantId, settings), command, nowMs);
          if ('shortfalls' in booked) return notAvailable(booked.shortfalls);
          arrivals.decided(partition, booked.booking.sequence);
          return accepted(booked.booking);
        },
        answer(booking) {
          arrivals.committed(partition, booking.sequence);
          return toReservation(booking);
        },
      };
    },
  };

  const quoteCapacity: ReadOperation<Input<'quoteCapacity'>, Result<'quoteCapacity'>> = {
    type: 'read',
    prepare(caller, { body: { intervals } }) {
      const demands = parseIntervals(intervals);
      if ('ok' in demands) return demands;
      const partition = platformPartitionOf(caller.environment);
      const gbSeconds = demands.reduce((sum, { capacityGb }) => sum + capacityGb * intervalSeconds, 0);
      const quote = {
        intervals: demands.map(toInterval),
        reservedGbHours: gbSeconds / secondsPerHour,
        reservedCostMicros: costMicros(gbSeconds, settings.reservedMicrosPerGbHour),
      };
      return {
        partitions: [partition],
        reads: PlatformState.reads(partition, caller.tenantId, demands.map(({ interval }) => interval)),
        run(changes, nowMs) {
          const tooSoon = refuseTooSoon(intervals, demands, nowMs);
          if (tooSoon !== undefined) return tooSoon;
          const shortfalls = findShortfalls(new PlatformState(changes, partition, caller.tenantId, settings), demands);
          return shortfalls.length > 0 ? notAvailable(shortfalls) : accepted(quote);
        },
      };
    },
  };

  return { reserveCapacity, quoteCapacity };
}

/** A random UUID (RFC 9562, version 4). */
function newUuid(environment: Environment): string {
  const digits = environment.sha256(environment.newToken()).padStart(32, '0');
  const variant = ((Number.parseInt(digits[16] ?? '0', 16) & 0b11) | 0b1000).toString(16);
  const groups = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `${variant}${digits.slice(17, 20)}`];
  return [...groups, digits.slice(20, 32)].join('-');
}
