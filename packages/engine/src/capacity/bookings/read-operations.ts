import type { OperationId } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Query } from '../../kernel/command.ts';
import type { ReadOperation, Result } from '../../operation.ts';
import { platformPartition } from '../../partitions.ts';
import { Cursors } from '../../shared/cursors.ts';
import { eventIdBound } from '../../shared/event-id.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { readPage } from '../../shared/pages.ts';
import type { Page } from '../../shared/pages.ts';
import { parseWindow, toUtc } from '../../shared/times.ts';
import type { CapacityContext } from '../context.ts';
import { parseGridWindow } from '../interval-input.ts';
import { intervalMs, intervalSeconds, intervalsOf, isBookable } from '../intervals.ts';
import type { IntervalRange } from '../intervals.ts';
import { bookingId, bookingKind } from '../records.ts';
import type { Booking } from '../records.ts';
import { notAvailable, unknownReservation } from '../refusals.ts';
import type { CapacityRates, CapacityServiceSettings } from '../settings.ts';
import { PlatformState } from '../state.ts';
import { costMicros } from '../usage/charges.ts';
import { toCalendarInterval, toGridTime, toInterval, toReservation, toWireRange } from '../wire.ts';
import { parseBookingRequest } from './booking-input.ts';
import { findShortfalls } from './rules.ts';
import type { Demand } from './runs.ts';
import { findWindows } from './windows.ts';

type Read<Id extends OperationId> = ReadOperation<Id, CapacityContext>;

const secondsPerHour = 3_600;

/** How many reservations a page has when the caller doesn't say, and at most. */
const usualLimit = 50;
const greatestLimit = 200;

/** The most intervals that the bookings of one page have in all. */
const mostIntervalsShown = 10_000;

const minuteMs = 60 * 1_000;

export const quoteCapacity: Read<'quoteCapacity'> = (caller, { body: { intervals } }, { settings }) => {
  const request = parseBookingRequest(caller, intervals, settings);
  if (isRefused(request)) return request;
  const { partition, demands } = request;
  return {
    partitions: [partition],
    reads: request.reads,
    run(changes, nowMs) {
      const state = request.openState(changes, nowMs);
      if (isRefused(state)) return state;
      const shortfalls = findShortfalls(state, demands);
      return shortfalls.length > 0 ? notAvailable(shortfalls) : accepted(toQuote(demands, state.rates));
    },
  };
};

export const getCapacityReservation: Read<'getCapacityReservation'> = (caller, { path: { reservationId } }) => {
  const partition = platformPartition(caller.environment);
  const equals = [caller.tenantId, reservationId.toLowerCase()];
  return {
    partitions: [partition],
    reads: [],
    run(records) {
      const [row] = records.range({ kind: bookingKind, partition, index: 'reservation', equals, limit: 1 });
      return row === undefined ? unknownReservation : accepted(toReservation(row.value));
    },
  };
};

export const listCapacityReservations: Read<'listCapacityReservations'> = (
  caller,
  { query: { from, to, cursor, limit = usualLimit } },
  { environment },
) => {
  const window = parseWindow(from, to);
  if (isRefused(window)) return window;
  const { fromMs = 0, toMs = 0 } = window;
  const partition = platformPartition(caller.environment);
  const cursors = new Cursors(environment, ['listCapacityReservations', partition, caller.tenantId, fromMs, toMs]);
  const after = cursors.read(cursor);
  if (isRefused(after)) return after;
  const range = {
    kind: bookingKind,
    partition,
    index: 'tenant',
    equals: [caller.tenantId],
    from: eventIdBound(fromMs),
    to: eventIdBound(toMs),
    descending: true,
    ...(after === undefined ? {} : { after }),
  };
  return {
    partitions: [partition],
    reads: [],
    run(records) {
      const { items, end } = shorten(readPage(records, range, Math.min(limit, greatestLimit), ({ value }) => value));
      return accepted({
        from: toUtc(from),
        to: toUtc(to),
        reservations: items.map(toReservation),
        nextCursor: end === undefined ? null : cursors.write(end),
      });
    },
  };
};

export const getCapacityCalendar: Read<'getCapacityCalendar'> = (caller, { query }, { settings }) => {
  const range = parseGridWindow(query);
  if (isRefused(range)) return range;
  return queryRange(caller, range, settings, (state, nowMs) => {
    const intervals = intervalsOf(range).map((interval) => {
      return toCalendarInterval(interval, state.roomAt(interval), nowMs);
    });
    return { ...toWireRange(range), resource: 'memory_gb', intervals };
  });
};

export const findCapacityWindows: Read<'findCapacityWindows'> = (caller, { query }, { settings }) => {
  const range = parseGridWindow(query);
  if (isRefused(range)) return range;
  const { durationMinutes, capacityGb } = query;
  const length = (durationMinutes * minuteMs) / intervalMs;
  return queryRange(caller, range, settings, (state, nowMs) => {
    const intervals = intervalsOf(range).filter((interval) => isBookable(interval, nowMs));
    const windows = findWindows(state, intervals, length, capacityGb).map(({ firstInterval, reservableGb }) => {
      return { startsAt: toGridTime(firstInterval), endsAt: toGridTime(firstInterval + length), reservableGb };
    });
    return { ...toWireRange(range), durationMinutes, capacityGb, windows };
  });
};

/** Shows a range as an org sees it. */
function queryRange<Value>(
  { environment, tenantId }: Caller,
  range: IntervalRange,
  seed: CapacityServiceSettings,
  show: (state: PlatformState, nowMs: number) => Value,
): Query<Outcome<Value>> {
  const partition = platformPartition(environment);
  return {
    partitions: [partition],
    reads: PlatformState.reads(partition, tenantId, []),
    run(changes, nowMs) {
      const state = new PlatformState(changes, partition, tenantId, seed);
      state.loadRange(range);
      return accepted(show(state, nowMs));
    },
  };
}

/** Ends a page before it becomes too large to serialize in one turn. */
function shorten(page: Page<Booking>): Page<Booking> {
  let left = mostIntervalsShown;
  const items = page.items.filter(({ runs }, index) => {
    const isShown = index === 0 || left > 0;
    left -= runs.reduce((sum, { count }) => sum + count, 0);
    return isShown;
  });
  const last = items.at(-1);
  if (last === undefined || items.length === page.items.length) return page;
  return { items, end: [bookingId(last)] };
}

function toQuote(demands: readonly Demand[], rates: CapacityRates): Result<'quoteCapacity'> {
  const gbSeconds = demands.reduce((sum, { capacityGb }) => sum + capacityGb * intervalSeconds, 0);
  return {
    intervals: demands.map(toInterval),
    reservedGbHours: gbSeconds / secondsPerHour,
    reservedCostMicros: costMicros(gbSeconds, rates.reservedMicrosPerGbHour),
  };
}
