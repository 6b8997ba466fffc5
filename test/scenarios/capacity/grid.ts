import type { CapacityInterval } from '@holdfast/contract';

import type { Clock } from '../../targets/target.ts';

export const quarterMs = 15 * 60 * 1_000;
export const dayMs = 24 * 60 * 60 * 1_000;

/** How long before its start an interval can be reserved at the latest. */
export const leadTimeMs = 30 * 60 * 1_000;

/** By target, which each has a clock of its own. */
const nextDays = new WeakMap<Clock, number>();

/** Midnight of a day that no other test of the target has, some days ahead; or of the first of several in a row. */
export function newDay(clock: Clock, days = 1): number {
  const today = Math.floor(clock.now() / dayMs);
  const first = Math.max(nextDays.get(clock) ?? 0, today + 3);
  nextDays.set(clock, first + days);
  return first * dayMs;
}

/** A time as the family writes those of its intervals: `2026-11-21T22:15:00Z`. */
export function gridTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

export function interval(atMs: number, capacityGb = 4): CapacityInterval {
  return { startsAt: gridTime(atMs), endsAt: gridTime(atMs + quarterMs), capacityGb };
}

/** Intervals that follow one another. */
export function intervals(atMs: number, count: number, capacityGb = 4): readonly CapacityInterval[] {
  return Array.from({ length: count }, (_, index) => interval(atMs + index * quarterMs, capacityGb));
}

/** The first start of an interval that can still be reserved. */
export function firstBookable(clock: Clock): number {
  return Math.ceil((clock.now() + leadTimeMs) / quarterMs) * quarterMs;
}
