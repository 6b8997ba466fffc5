import { assertKnownMembers } from './known-members.ts';

/** A point in time: RFC 3339 text, a `Date`, or epoch milliseconds. */
export type Time = string | Date | number;

/** A duration: milliseconds, or seconds and milliseconds. */
export type Duration = number | { readonly seconds?: number; readonly milliseconds?: number };

const latestMs = Date.parse('9999-12-31T23:59:59.999Z');

/** @throws TypeError if it is no time. */
export function toEpochMs(time: Time): number {
  const epochMs = typeof time === 'number' ? time : new Date(time).getTime();
  if (Number.isInteger(epochMs) && epochMs >= 0 && epochMs <= latestMs) return epochMs;
  throw new TypeError(`${JSON.stringify(time)} is no time: give RFC 3339 text, a Date or epoch milliseconds.`);
}

/** @throws TypeError if it is no duration. */
export function toMilliseconds(duration: Duration): number {
  if (typeof duration === 'object') assertKnownMembers('A length of time', duration, ['seconds', 'milliseconds']);
  const { seconds = 0, milliseconds = 0 } = typeof duration === 'number' ? { milliseconds: duration } : duration;
  const total = seconds * 1_000 + milliseconds;
  if (Number.isSafeInteger(total) && total >= 0) return total;
  const given = JSON.stringify(duration);
  throw new TypeError(`${given} is no length of time: give whole milliseconds, or { seconds } or { milliseconds }.`);
}
