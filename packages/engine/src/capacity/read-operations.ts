import type { OperationTypes } from '@holdfast/contract';

import type { Caller } from '../caller.ts';
import type { Environment } from '../environment.ts';
import type { Query } from '../kernel/command.ts';
import type { ReadOperation } from '../legacy-operation.ts';
import { platformPartition } from '../partitions.ts';
import { Cursors } from '../shared/cursors.ts';
import { eventIdBound } from '../shared/event-id.ts';
import { accepted, isRefused } from '../shared/outcomes.ts';
import type { Outcome } from '../shared/outcomes.ts';
import { readPage } from '../shared/pages.ts';
import type { Page } from '../shared/pages.ts';
import { parseWindow, toUtc } from '../shared/times.ts';
import { parseGridWindow } from './interval-input.ts';
import { isBookable, intervalMs, intervalsOf } from './intervals.ts';
import type { IntervalRange } from './intervals.ts';
import { bookingId, bookingKind } from './records.ts';
import type { Booking } from './records.ts';
import { unknownReservation } from './refusals.ts';
import type { CapacityServiceSettings } from './settings.ts';
import { PlatformState } from './state.ts';
import { findWindows } from './windows.ts';
import { toCalendarInterval, toGridTime, toReservation } from './wire.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Read<Id extends keyof OperationTypes> = ReadOperation<Input<Id>, OperationTypes[Id]['result']>;

/** How many reservations a page has when the caller doesn't say, and at most. */
const usualLimit = 50;
const greatestLimit = 200;

/** The most intervals that the bookings of one page have in all. */
const mostIntervalsShown = 10_000;

const minuteMs = 60 * 1_000;

export function createCapacityReadOperations(environment: Environment, seed: CapacityServiceSettings) {
  /** Shows a range as an org sees it. */
  const queryRange = <Value>(
    { environment: platform, tenantId }: Caller,
    range: IntervalRange,
    show: (state: PlatformState, nowMs: number) => Value,
  ): Query<Outcome<Value>> => {
    const partition = platformPartition(platform);
    return {
      partitions: [partition],
      reads: PlatformState.reads(partition, tenantId, []),
      run(changes, nowMs) {
        const state = new PlatformState(changes, partition, tenantId, seed);
        state.loadRange(range);
        return accepted(show(state, nowMs));
      },
    };
  };

  const getCapacityReservation: Read<'getCapacityReservation'> = {
    type: 'read',
    prepare(caller, { path: { reservationId } }) {
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
    },
  };

  const listCapacityReservations: Read<'listCapacityReservations'> = {
    type: 'read',
    prepare(caller, { query: { from, to, cursor, limit = usualLimit } }) {
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
          const { items, end } = shorten(
            readPage(records, range, Math.min(limit, greatestLimit), ({ value }) => value),
          );
          return accepted({
            from: toUtc(from),
            to: toUtc(to),
            reservations: items.map(toReservation),
            nextCursor: end === undefined ? null : cursors.write(end),
          });
        },
      };
    },
  };

  const getCapacityCalendar: Read<'getCapacityCalendar'> = {
    type: 'read',
    prepare(caller, { query }) {
      const range = parseGridWindow(query);
      if (isRefused(range)) return range;
      return queryRange(caller, range, (state, nowMs) => {
        const intervals = intervalsOf(range).map((interval) => {
          return toCalendarInterval(interval, state.roomAt(interval), nowMs);
        });
        return { ...toWireRange(range), resource: 'memory_gb', intervals };
      });
    },
  };

  const findCapacityWindows: Read<'findCapacityWindows'> = {
    type: 'read',
    prepare(caller, { query }) {
      const range = parseGridWindow(query);
      if (isRefused(range)) return range;
      const { durationMinutes, capacityGb } = query;
      const length = (durationMinutes * minuteMs) / intervalMs;
      return queryRange(caller, range, (state, nowMs) => {
        const intervals = intervalsOf(range).filter((interval) => isBookable(interval, nowMs));
        const windows = findWindows(state, intervals, length, capacityGb).map(({ firstInterval, reservableGb }) => {
          return { startsAt: toGridTime(firstInterval), endsAt: toGridTime(firstInterval + length), reservableGb };
        });
        return { ...toWireRange(range), durationMinutes, capacityGb, windows };
      });
    },
  };

  return { getCapacityReservation, listCapacityReservations, getCapacityCalendar, findCapacityWindows };
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

export function toWireRange({ fromInterval, toInterval }: IntervalRange) {
  return { from: toGridTime(fromInterval), to: toGridTime(toInterval) };
}
