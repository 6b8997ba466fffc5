import { calendarPath, capacityGb, readPage } from './capacity-api.ts';
import { gridTime, intervalsPerDay } from './grid.ts';
import type { Bookings } from './seed-bookings.ts';
import { busyFrom, inARow } from './spreads.ts';

/** As many days as one calendar shows at most. */
const calendarIntervals = 35 * intervalsPerDay;

/** How many intervals each booking takes, one after the other. */
export const bookingSize = 8;

interface CalendarPage {
  readonly intervals: readonly {
    readonly startsAt: string;
    readonly reservationLimitGb: number;
    readonly reservedGb: number;
    readonly reservableGb: number;
  }[];
}

/** Bookings that fill 35 days evenly, again and again. */
export function bookingsOverCalendar(count: number): Bookings {
  const intervalsOf = (number: number) => inARow(busyFrom + ((number * bookingSize) % calendarIntervals), bookingSize);
  return { count, intervalsOf };
}

/** How much of each of the first intervals so many bookings take. */
export function firstReservedGb(count: number): number {
  return Math.ceil(count / (calendarIntervals / bookingSize)) * capacityGb;
}

/** The calendar of those days, which must show the bookings. */
export async function readCalendar(url: string, bookingCount: number) {
  const path = calendarPath(busyFrom, busyFrom + calendarIntervals);
  const page = await readPage(url, path);
  const fault = faultInCalendar(page, bookingCount);
  if (fault !== undefined) throw new Error(`The calendar is wrong: ${fault}, ${page.slice(0, 1_000)}`);
  return { path, page, rowCount: calendarIntervals };
}

/** What is wrong with a calendar of those days; undefined if nothing is. */
export function faultInCalendar(page: string, bookingCount: number): string | undefined {
  const { intervals } = JSON.parse(page) as CalendarPage;
  if (intervals.length !== calendarIntervals) return `${intervals.length} intervals`;
  if (intervals.some(({ startsAt }, index) => startsAt !== gridTime(busyFrom + index))) return 'intervals out of order';
  const reservedGb = intervals.reduce((sum, each) => sum + each.reservedGb, 0);
  if (reservedGb !== bookingCount * bookingSize * capacityGb) return `${reservedGb} GB in all`;
  const adds = intervals.every((each) => each.reservedGb + each.reservableGb === each.reservationLimitGb);
  return adds ? undefined : 'amounts that do not add up';
}
