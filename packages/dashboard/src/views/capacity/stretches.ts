import type { CapacityCalendarInterval } from '@holdfast/sdk';

import type { Span } from './selection.ts';
import { daysOfWeek, quartersOfDay } from './weeks.ts';

/** Consecutive quarters of a day that have the same figures. */
export interface Stretch extends Span {
  readonly interval: CapacityCalendarInterval;
}

/** A week's intervals as few stretches as they make, by day: what is drawn, and read out, is one thing for each. */
export function stretchesByDay(intervals: readonly CapacityCalendarInterval[]): readonly (readonly Stretch[])[] {
  return Array.from({ length: daysOfWeek }, (_, day) => {
    const stretches: Stretch[] = [];
    const ofDay = intervals.slice(day * quartersOfDay, (day + 1) * quartersOfDay);
    for (const [quarter, interval] of ofDay.entries()) {
      const last = stretches.at(-1);
      const toQuarter = quarter + 1;
      if (last && haveEqualFigures(last.interval, interval)) stretches[stretches.length - 1] = { ...last, toQuarter };
      else stretches.push({ day, fromQuarter: quarter, toQuarter, interval });
    }
    return stretches;
  });
}

function haveEqualFigures(left: CapacityCalendarInterval, right: CapacityCalendarInterval): boolean {
  return (
    left.reservedGb === right.reservedGb &&
    left.reservableGb === right.reservableGb &&
    left.reservationLimitGb === right.reservationLimitGb
  );
}
