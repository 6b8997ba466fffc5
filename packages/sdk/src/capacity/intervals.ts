import type { CapacityInterval } from '@holdfast/contract/types';

import type { Time } from '../transport/time.ts';

const intervalMs = 900_000;

/** Memory is reserved in multiples of it. */
export const grainGb = 4;

/** The most that one request may have. */
const mostIntervals = 3_000;

/** As JSON, which a `Date` too turns into its RFC 3339 form in UTC: the text to the second, and what follows it. */
const utcTime = /^"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?:Z|\+00:00)"$/;

/**
 * The intervals of 15 minutes from `from` to `to`, half-open, with `capacityGb` GB of memory in each: what
 * {@link Capacity.reserve} takes. Asks nobody, and knows no time zone but UTC, so that a change to or from daylight
 * saving time neither repeats nor drops an interval.
 *
 * Published: intervals start on :00, :15, :30 and :45 UTC, and memory is reserved in multiples of 4 GB; 4 GB for 15
 * minutes is 1 GB-hour. One request has at most 3,000 intervals, which is 31 days and 6 hours.
 *
 * @throws TypeError when `from` or `to` is no `Date`, and no RFC 3339 time in UTC.
 * @throws RangeError when one of them is off the grid, `to` isn't after `from`, `capacityGb` isn't a positive multiple
 * of 4, or there would be more than 3,000 intervals. It names the argument, its value and the rule.
 * @example
 * ```ts
 * import { intervals } from '@holdfast/sdk';
 *
 * const night = intervals('2026-09-01T22:00:00Z', '2026-09-02T00:00:00Z', 64); // Eight intervals of 64 GB.
 * console.log(night[0]); // { startsAt: '2026-09-01T22:00:00Z', endsAt: '2026-09-01T22:15:00Z', capacityGb: 64 }
 * ```
 */
export function intervals(from: Time, to: Time, capacityGb: number): CapacityInterval[] {
  const fromMs = gridMs('from', from);
  const count = (gridMs('to', to) - fromMs) / intervalMs;
  const isGrain = Number.isSafeInteger(capacityGb) && capacityGb > 0 && capacityGb % grainGb === 0;
  if (count <= 0) throw outOfRange('to', to, 'must be after from');
  if (count > mostIntervals) throw outOfRange('to', to, `must be at most 3,000 intervals after from, not ${count}`);
  if (!isGrain) throw outOfRange('capacityGb', capacityGb, 'must be a positive multiple of 4 up to 2^53 - 4');

  const boundary = (index: number) => `${toSeconds(fromMs + index * intervalMs)}Z`;
  return Array.from({ length: count }, (_, index) => ({
    startsAt: boundary(index),
    endsAt: boundary(index + 1),
    capacityGb,
  }));
}

/** A boundary of intervals, in milliseconds since 1970. */
function gridMs(name: string, time: Time): number {
  const [, seconds, decimals = ''] = utcTime.exec(JSON.stringify(time)) ?? [];
  const ms = Date.parse(`${seconds}Z`);
  // What the calendar doesn't have, such as February 30, is no time, or taken for another one.
  if (Number.isNaN(ms) || toSeconds(ms) !== seconds) {
    const rule = 'must be a Date or an RFC 3339 time in UTC, such as 2026-09-01T22:00:00Z';
    throw new TypeError(sentence(name, time, rule));
  }
  if (ms % intervalMs !== 0 || /[1-9]/.test(decimals)) {
    throw outOfRange(name, time, 'must be on :00, :15, :30 or :45 of an hour in UTC');
  }
  return ms;
}

function toSeconds(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

function outOfRange(name: string, value: unknown, rule: string): RangeError {
  return new RangeError(sentence(name, value, rule));
}

/** In the words in which the server too refuses a request. */
function sentence(name: string, value: unknown, rule: string): string {
  return `${name} is ${typeof value === 'number' ? value : JSON.stringify(value)}: ${rule}`;
}
