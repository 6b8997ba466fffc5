import { exactCostMicros } from '../amounts.ts';
import { intervalSeconds } from '../intervals.ts';
import type { Step, UsageInterval } from '../records.ts';
import type { CapacityRates } from '../settings.ts';

/** What one interval adds up to. */
export interface SettledInterval {
  readonly reservedGbSeconds: number;
  readonly usedGbSeconds: number;
  readonly overageGbSeconds: number;
  readonly unusedGbSeconds: number;
  readonly reservedCostMicros: number;
  readonly overageCostMicros: number;
}

/**
 * Prices an interval second by second: use beyond the reservation in a second is overage, and what another second
 * leaves unused doesn't offset it.
 *
 * Source: the published capacity API.
 *
 * @param untilSecond - The present, in seconds since 1970: later seconds count as unused.
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

/** The sum of intervals, amount by amount. */
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

/** In whole micro-dollars, rounded half up. Settings that could exceed an exact number are refused. */
export function costMicros(gbSeconds: number, microsPerGbHour: number): number {
  return Number(exactCostMicros(gbSeconds, microsPerGbHour));
}

interface Stretch {
  readonly levelGb: number;
  readonly seconds: number;
}

/** The stretches between two seconds in which the level is constant. */
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
