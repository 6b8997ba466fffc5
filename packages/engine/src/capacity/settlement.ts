import type { Step, UsageSlot } from './records.ts';
import { slotSeconds } from './slots.ts';

/** What capacity costs, in micro-dollars for a GB and an hour. */
export interface CapacityRates {
  readonly reservedMicrosPerGbHour: number;
  readonly onDemandMicrosPerGbHour: number;
}

/** What one slot comes to. */
export interface SettledSlot {
  readonly reservedGbSeconds: number;
  readonly usedGbSeconds: number;
  readonly overageGbSeconds: number;
  readonly unusedGbSeconds: number;
  readonly reservedCostMicros: number;
  readonly overageCostMicros: number;
}

/**
 * Settles a slot second by second: what is used beyond what is reserved in that second is overage, and nothing that is
 * left over in another second makes up for it.
 *
 * Source: the published capacity API.
 *
 * @param untilSecond - Where use hasn't happened yet, in seconds since 1970: from then on nothing is used.
 */
export function settleSlot(
  slot: number,
  { startLevelGb, steps }: UsageSlot,
  reservedGb: number,
  untilSecond: number,
  rates: CapacityRates,
): SettledSlot {
  const start = slot * slotSeconds;
  let [usedGbSeconds, overageGbSeconds] = [0, 0];
  for (const { levelGb, seconds } of stretchesOf(start, Math.min(start + slotSeconds, untilSecond), startLevelGb, steps)) {
    usedGbSeconds += levelGb * seconds;
    overageGbSeconds += Math.max(0, levelGb - reservedGb) * seconds;
  }
  const reservedGbSeconds = reservedGb * slotSeconds;
  return {
    reservedGbSeconds,
    usedGbSeconds,
    overageGbSeconds,
    unusedGbSeconds: reservedGbSeconds - (usedGbSeconds - overageGbSeconds),
    reservedCostMicros: costMicros(reservedGbSeconds, rates.reservedMicrosPerGbHour),
    overageCostMicros: costMicros(overageGbSeconds, rates.onDemandMicrosPerGbHour),
  };
}

/** Slots as one, amount by amount. */
export function addUp(slots: readonly SettledSlot[]): SettledSlot {
  const total = (amountOf: (slot: SettledSlot) => number) => slots.reduce((sum, slot) => sum + amountOf(slot), 0);
  return {
    reservedGbSeconds: total((slot) => slot.reservedGbSeconds),
    usedGbSeconds: total((slot) => slot.usedGbSeconds),
    overageGbSeconds: total((slot) => slot.overageGbSeconds),
    unusedGbSeconds: total((slot) => slot.unusedGbSeconds),
    reservedCostMicros: total((slot) => slot.reservedCostMicros),
    overageCostMicros: total((slot) => slot.overageCostMicros),
  };
}

/** In whole micro-dollars, halves up. The product may go beyond what a number holds exactly, so it isn't one. */
export function costMicros(gbSeconds: number, microsPerGbHour: number): number {
  const secondsPerHour = 3_600n;
  return Number((BigInt(gbSeconds) * BigInt(microsPerGbHour) * 2n + secondsPerHour) / (secondsPerHour * 2n));
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
