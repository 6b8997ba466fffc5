import type { CapacityInterval, OperationTypes } from '@holdfast/contract';

import type { Environment } from '../environment.ts';
import type { Changes } from '../kernel/record-access.ts';
import type { Caller, ReadOperation, WriteOperation } from '../operation.ts';
import { accepted } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';
import type { RecordKey } from '../store.ts';
import { Arrivals } from './arrivals.ts';
import { costMicros } from './charges.ts';
import { parseIntervals, refuseTooSoon } from './interval-input.ts';
import { intervalSeconds } from './intervals.ts';
import type { Booking } from './records.ts';
import { notAvailable } from './refusals.ts';
import { book, findShortfalls } from './rules.ts';
import type { Demand } from './runs.ts';
import type { CapacityRates, CapacityServiceSettings } from './settings.ts';
import { PlatformState, platformPartitionOf } from './state.ts';
import { toInterval, toReservation } from './wire.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];

const secondsPerHour = 3_600;

export function createBookingOperations(environment: Environment, seed: CapacityServiceSettings) {
  const arrivals = new Arrivals();

  const reserveCapacity: WriteOperation<Input<'reserveCapacity'>, Result<'reserveCapacity'>, Booking> = {
    type: 'write',
    prepare(caller, { body: { intervals } }) {
      const wish = parseWish(caller, intervals, seed);
      if ('ok' in wish) return wish;
      const { partition, demands } = wish;
      const arrival = arrivals.begin(partition, environment.now());
      const command = { reservationId: newUuid(environment), demands, arrival };
      return {
        partitions: [partition],
        reads: wish.reads,
        run(changes, nowMs) {
          const state = wish.openState(changes, nowMs);
          if ('ok' in state) return state;
          const booked = book(state, command, nowMs);
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
      const wish = parseWish(caller, intervals, seed);
      if ('ok' in wish) return wish;
      const { partition, demands } = wish;
      return {
        partitions: [partition],
        reads: wish.reads,
        run(changes, nowMs) {
          const state = wish.openState(changes, nowMs);
          if ('ok' in state) return state;
          const shortfalls = findShortfalls(state, demands);
          return shortfalls.length > 0 ? notAvailable(shortfalls) : accepted(toQuote(demands, state.rates));
        },
      };
    },
  };

  return { reserveCapacity, quoteCapacity };
}

/** What a caller wants to book, and where that is decided. */
interface Wish {
  readonly partition: string;
  readonly demands: readonly Demand[];
  readonly reads: readonly RecordKey[];
  /** Refuses intervals that start too soon by then. */
  openState(changes: Changes, nowMs: number): PlatformState | Refused;
}

function parseWish(
  { tenantId, environment }: Caller,
  intervals: readonly CapacityInterval[],
  seed: CapacityServiceSettings,
): Wish | Refused {
  const demands = parseIntervals(intervals);
  if ('ok' in demands) return demands;
  const partition = platformPartitionOf(environment);
  return {
    partition,
    demands,
    reads: PlatformState.reads(
      partition,
      tenantId,
      demands.map(({ interval }) => interval),
    ),
    openState(changes, nowMs) {
      return refuseTooSoon(intervals, demands, nowMs) ?? new PlatformState(changes, partition, tenantId, seed);
    },
  };
}

function toQuote(demands: readonly Demand[], rates: CapacityRates): Result<'quoteCapacity'> {
  const gbSeconds = demands.reduce((sum, { capacityGb }) => sum + capacityGb * intervalSeconds, 0);
  return {
    intervals: demands.map(toInterval),
    reservedGbHours: gbSeconds / secondsPerHour,
    reservedCostMicros: costMicros(gbSeconds, rates.reservedMicrosPerGbHour),
  };
}

/** A random UUID (RFC 9562, version 4). */
function newUuid(environment: Environment): string {
  const digits = environment.sha256(environment.newToken()).padStart(32, '0');
  const variant = ((Number.parseInt(digits[16] ?? '0', 16) & 0b11) | 0b1000).toString(16);
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
  ];
  return [...groups, digits.slice(20, 32)].join('-');
}
