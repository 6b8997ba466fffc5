import type { CapacityUsageInterval } from '@holdfast/sdk';

import { quarterMs } from './weeks.ts';

/** Paths in a box that is as wide as there are intervals, and {@link chartHeight} high. */
export interface UsageShapes {
  /** The upper edge of what was reserved. */
  readonly reserved: string;
  /** What was used of it. */
  readonly covered: string;
  /** What was used beyond it, on top of what was reserved. */
  readonly overage: string;
  /** What the upper edge of the box stands for, in GB. */
  readonly topGb: number;
}

export const chartHeight = 100;

/** The shapes of a chart. Use is each interval's average, so that areas are what is charged. */
export function usageShapes(intervals: readonly CapacityUsageInterval[]): UsageShapes {
  const levels = intervals.map(({ reservedGb, usedGbSeconds, overageGbSeconds }) => {
    const seconds = quarterMs / 1_000;
    const overageGb = overageGbSeconds / seconds;
    return { reservedGb, coveredGb: usedGbSeconds / seconds - overageGb, overageGb };
  });
  const topGb = roundedTop(Math.max(0, ...levels.map(({ reservedGb, overageGb }) => reservedGb + overageGb)));
  const yOf = (gb: number) => Number((chartHeight * (1 - gb / topGb)).toFixed(2));
  return {
    topGb,
    reserved: levels.map(({ reservedGb }, x) => `${x === 0 ? 'M0,' : 'V'}${yOf(reservedGb)}H${x + 1}`).join(''),
    covered: bars(levels.map(({ coveredGb }) => [chartHeight, yOf(coveredGb)])),
    overage: bars(levels.map(({ reservedGb, overageGb }) => [yOf(reservedGb), yOf(reservedGb + overageGb)])),
  };
}

/** A bar for each interval that has any, between two heights. */
function bars(heights: readonly (readonly [bottom: number, top: number])[]): string {
  return heights.map(([bottom, top], x) => (bottom === top ? '' : `M${x},${bottom}V${top}h1V${bottom}Z`)).join('');
}

const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The next number that reads well, and no less than what can be booked. */
function roundedTop(gb: number): number {
  const least = Math.max(gb, 4);
  const magnitude = 10 ** Math.floor(Math.log10(least));
  return magnitude * (steps.find((step) => step * magnitude >= least) ?? least / magnitude);
}
