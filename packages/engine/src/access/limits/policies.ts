import type { LimitedCaller } from './caller-limits.ts';

export type PolicyName = 'minute' | 'day' | 'reads' | 'key';

/** Something that is limited: how much of it, in which windows. */
export interface Policy {
  readonly name: PolicyName;
  /** Windows begin at its multiples: calendar minutes and UTC days. */
  readonly windowMs: number;
  readonly limitType: 'opsPerMinute' | 'opsPerDay' | 'readsPerMinute';
  /** What is counted, for messages. */
  readonly counted: string;
  limitOf(caller: LimitedCaller): number | null;
}

/** A window of a policy, and where its record is. */
export interface WindowPlace {
  readonly partition: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly endMs: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Reads have so many times the limit of operations. */
const readsPerOperation = 5;

/** How many reads a minute go with this limit of operations. */
export function readsPerMinuteOf(opsPerMinute: number | null): number | null {
  return opsPerMinute === null ? null : readsPerOperation * opsPerMinute;
}

export const policies: Readonly<Record<PolicyName, Policy>> = {
  minute: {
    name: 'minute',
    windowMs: minuteMs,
    limitType: 'opsPerMinute',
    counted: 'operations per minute',
    limitOf: ({ limits }) => limits.opsPerMinute,
  },
  day: {
    name: 'day',
    windowMs: dayMs,
    limitType: 'opsPerDay',
    counted: 'operations per day',
    limitOf: ({ limits }) => limits.opsPerDay,
  },
  reads: {
    name: 'reads',
    windowMs: minuteMs,
    limitType: 'readsPerMinute',
    counted: 'reads per minute',
    limitOf: ({ limits }) => readsPerMinuteOf(limits.opsPerMinute),
  },
  key: {
    name: 'key',
    windowMs: minuteMs,
    limitType: 'opsPerMinute',
    counted: 'operations per minute',
    limitOf: ({ keyId, limits }) => (keyId === null ? null : limits.keyOpsPerMinute),
  },
};

/** What a request needs a unit of, in the order of the headers. */
export const policiesOf: Readonly<Record<'operation' | 'read', readonly Policy[]>> = {
  operation: [policies.minute, policies.day, policies.key],
  read: [policies.reads],
};

/** When the window begins that a time is in, in epoch milliseconds. */
export function beginningOfWindow({ windowMs }: Policy, timeMs: number): number {
  return Math.floor(timeMs / windowMs) * windowMs;
}

/** The id of a window's record. */
export function windowId({ name }: Policy, keyId: string | null, startMs: number): string {
  return name === 'key' ? `${name}\u001f${keyId}\u001f${startMs}` : `${name}\u001f${startMs}`;
}
