import { exactCostMicros } from './amounts.ts';
import { intervalSeconds } from './intervals.ts';
import type { Step, UsageInterval } from './records.ts';
import type { CapacityRates } from './settings.ts';

/** What one interval comes to. */
export interface SettledInterval {
  readonly reservedGbSeconds: number;
  readonly usedGbSeconds: number;
  readonly overageGbSeconds: number;
  readonly unusedGbSeconds: number;
  readonly reservedCostMicros: number;
  readonly overageCostMicros: number;
}

/**
 * Settles an interval second by second: what is used beyond what is reserved in that second is overage, and nothing that
 * is left over in another second makes up for it.
 *
 * Source: the published capacity API.
 *
 * @param untilSecond - Where use hasn't happened yet, in seconds since 1970: from then on nothing is used.
 */
export function settleInterval(
  interval: number,
  { startLevelGb, steps }: UsageInterval,
  reservedGb: number,
  untilSecond: number,
  rates: CapacityRates,
): SettledInterval {
  const start = interval * intervalSeconds;
  let [usedGbSeconds, overageGbSeconds] = [0, 0];
  const end = Math.min(start + intervalSeconds, untilSecond);
  for (const { levelGb, seconds } of stretchesOf(start, end, startLevelGb, steps)) {
    usedGbSeconds += levelGb * seconds;
    overageGbSeconds += Math.max(0, levelGb - reservedGb) * seconds;
  }
  const reservedGbSeconds = reservedGb * intervalSeconds;
  return {
    reservedGbSeconds,
    usedGbSeconds,
    overageGbSeconds,
    unusedGbSeconds: reservedGbSeconds - (usedGbSeconds - overageGbSeconds),
    reservedCostMicros: costMicros(reservedGbSeconds, rates.reservedMicrosPerGbHour),
    overageCostMicros: costMicros(overageGbSeconds, rates.onDemandMicrosPerGbHour),
  };
}

/** Intervals as one, amount by amount. */
export function addUp(intervals: readonly SettledInterval[]): SettledInterval {
  const total = (amountOf: (interval: SettledInterval) => number) =>
    intervals.reduce((sum, interval) => sum + amountOf(interval), 0);
  return {
    reservedGbSeconds: total((interval) => interval.reservedGbSeconds),
    usedGbSeconds: total((interval) => interval.usedGbSeconds),
    overageGbSeconds: total((interval) => interval.overageGbSeconds),
    unusedGbSeconds: total((interval) => interval.unusedGbSeconds),
    reservedCostMicros: total((interval) => interval.reservedCostMicros),
    overageCostMicros: total((interval) => interval.overageCostMicros),
  };
}

/** In whole micro-dollars, halves up. No settings are taken that would let it go beyond what a number holds exactly. */
export function costMicros(gbSeconds: number, microsPerGbHour: number): number {
  return Number(exactCostMicros(gbSeconds, microsPerGbHour));
}

interface Stretch {
  readonly levelGb: number;
  readonly seconds: number;
}

/** The times between two seconds in which the level stays the same. */
function stretchesOf(from: number, to: number, startLevelGb: number, steps: readonly Step[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let [levelGb, since] = [startLevelGb, from];
  for (const { second, changeGb } of steps) {
    if (second >= to) break;
    stretches.push({ levelGb, seconds: second - since });
    [levelGb, since] = [levelGb + changeGb, second];
  }
  if (to > since) stretches.push({ levelGb, seconds: to - since });
  return stretches;
}
