import { intervalSeconds, intervalsPerDay, mostDaysShown } from './intervals.ts';
import type { CapacityServiceSettings } from './settings.ts';

/** The most memory that an org's workloads can use at the same time, so that what it costs can be told exactly. GB. */
export const mostUsedGb = 10_000_000;

const largestAmount = BigInt(Number.MAX_SAFE_INTEGER);

/** Settings that go together, and what they could come to that no answer could say exactly. */
export interface UnsafeSum {
  readonly settings: readonly (keyof CapacityServiceSettings)[];
  /** The sum, in words that follow on the settings: `let 35 days of …`. */
  readonly words: string;
}

/**
 * What could cost more micro-dollars than a number says exactly (2^53 - 1), in the longest answer that there is.
 * GB-seconds can't come to so many: no limit is above a billion GB.
 *
 * @param most - The most that each setting is, or ever was: what was booked under it stays.
 */
export function findUnsafeSums(most: CapacityServiceSettings): readonly UnsafeSum[] {
  const bookableGb = Math.min(most.platformCapacityGb, most.orgCapGb);
  return [
    ...checkSum(
      ['platformCapacityGb', 'orgCapGb', 'reservedMicrosPerGbHour'],
      bookableGb,
      most.reservedMicrosPerGbHour,
    ),
    ...checkSum(['onDemandMicrosPerGbHour'], mostUsedGb, most.onDemandMicrosPerGbHour),
  ];
}

/** In whole micro-dollars, halves up. */
export function exactCostMicros(gbSeconds: number, microsPerGbHour: number): bigint {
  const secondsPerHour = 3_600n;
  return (BigInt(gbSeconds) * BigInt(microsPerGbHour) * 2n + secondsPerHour) / (secondsPerHour * 2n);
}

function checkSum(settings: UnsafeSum['settings'], gb: number, microsPerGbHour: number): readonly UnsafeSum[] {
  const intervals = BigInt(mostDaysShown * intervalsPerDay);
  const sum = intervals * exactCostMicros(gb * intervalSeconds, microsPerGbHour);
  if (sum <= largestAmount) return [];
  const what = `${mostDaysShown} days of ${gb} GB at ${microsPerGbHour} micro-dollars a GB-hour`;
  return [{ settings, words: `let ${what} come to ${sum} micro-dollars, more than ${largestAmount}` }];
}
