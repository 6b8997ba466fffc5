import type { CapacityUsageInterval } from '@holdfast/sdk';

import { quartersOfDay } from './weeks.ts';

/** What a day comes to. */
export type UsageTotals = Omit<CapacityUsageInterval, 'startsAt' | 'endsAt' | 'reservedGb'>;

/** The sums of each day, in the order of the days. The intervals are those of whole days. */
export function sumByDay(intervals: readonly CapacityUsageInterval[]): readonly UsageTotals[] {
  return Array.from({ length: Math.ceil(intervals.length / quartersOfDay) }, (_, day) => {
    const ofDay = intervals.slice(day * quartersOfDay, (day + 1) * quartersOfDay);
    const sum = (figure: keyof UsageTotals) => ofDay.reduce((total, interval) => total + interval[figure], 0);
    return {
      reservedGbSeconds: sum('reservedGbSeconds'),
      usedGbSeconds: sum('usedGbSeconds'),
      overageGbSeconds: sum('overageGbSeconds'),
      unusedGbSeconds: sum('unusedGbSeconds'),
      reservedCostMicros: sum('reservedCostMicros'),
      overageCostMicros: sum('overageCostMicros'),
    };
  });
}
