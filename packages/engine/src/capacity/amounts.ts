import { intervalSeconds, intervalsPerDay, mostDaysShown } from './intervals.ts';
import type { CapacityServiceSettings } from './settings.ts';

/** The most memory that an org's workloads can use at a time, in GB, so that its cost stays an exact number. */
export const mostUsedGb = 10_000_000;

const largestAmount = BigInt(Number.MAX_SAFE_INTEGER);

/** Settings under which an amount exceeds what a number holds exactly. */
export interface UnsafeSum {
  readonly settings: readonly (keyof CapacityServiceSettings)[];
  /** The sum, as the predicate of a sentence about the settings: `let 35 days of …`. */
  readonly words: string;
}

/**
 * What could cost more than 2^53 - 1 micro-dollars in the longest answer. GB-seconds can't get there: no limit is above
 * a billion GB.
 *
 * @param most - The highest that each setting is or ever was: what was booked under it stays.
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

/** In whole micro-dollars, rounded half up. */
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
