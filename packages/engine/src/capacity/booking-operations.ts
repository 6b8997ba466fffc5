import type { CapacityInterval, OperationTypes } from '@holdfast/contract';

import type { Caller } from '../caller.ts';
import type { Environment } from '../environment.ts';
import type { Changes } from '../kernel/record-access.ts';
import type { ReadOperation, WriteOperation } from '../legacy-operation.ts';
import { platformPartition } from '../partitions.ts';
import { accepted, isRefused } from '../shared/outcomes.ts';
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
import { PlatformState } from './state.ts';
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
      if (isRefused(wish)) return wish;
      const { partition, demands } = wish;
      const arrival = arrivals.begin(partition, environment.now());
      const command = { reservationId: environment.newUuid(), demands, arrival };
      return {
        partitions: [partition],
        reads: wish.reads,
        run(changes, nowMs) {
          const state = wish.openState(changes, nowMs);
          if (isRefused(state)) return state;
          const booked = book(state, command, nowMs);
          if ('shortfalls' in booked) return notAvailable(booked.shortfalls);
          return accepted(booked.booking);
        },
        decided: (outcome) => {
          if (outcome.ok) arrivals.decided(partition, outcome.value.sequence);
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
      if (isRefused(wish)) return wish;
      const { partition, demands } = wish;
      return {
        partitions: [partition],
        reads: wish.reads,
        run(changes, nowMs) {
          const state = wish.openState(changes, nowMs);
          if (isRefused(state)) return state;
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
  if (isRefused(demands)) return demands;
  const partition = platformPartition(environment);
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
