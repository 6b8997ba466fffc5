import type { Journal } from '../family.ts';
import { tenantCount } from '../program.ts';

export const quarterMs = 900_000;
export const hourMs = 4 * quarterMs;
export const dayMs = 24 * hourMs;

/** Hours here go from half past to half past, so that some have midnight in them. */
const hourStartMs = 2 * quarterMs;

/**
 * Tenants share what there is of each interval. So that they can act at the same time all the same, every hour is only
 * one tenant's, in turns: the first one's hours to come have these starts, soonest first. All of them can be reserved.
 */
export function ownHoursAhead({ nowMs, tenantNumber }: Journal, count: number): readonly number[] {
  const soonest = Math.ceil(nowMs / hourMs);
  const first = soonest + modulo(tenantNumber - soonest, tenantCount);
  return Array.from({ length: count }, (_, index) => (first + index * tenantCount) * hourMs + hourStartMs);
}

/** When the tenant's latest hour began. */
export function latestOwnHour({ nowMs, tenantNumber }: Journal): number {
  const latest = Math.floor((nowMs - hourStartMs) / hourMs);
  return (latest - modulo(latest - tenantNumber, tenantCount)) * hourMs + hourStartMs;
}

/** The beginning of the interval that a time is in. */
export function onGrid(atMs: number): number {
  return Math.floor(atMs / quarterMs) * quarterMs;
}

/** @param ending - What follows the seconds. */
export function toTime(atMs: number, ending = 'Z'): string {
  return `${new Date(atMs).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}${ending}`;
}

function modulo(dividend: number, divisor: number): number {
  return ((dividend % divisor) + divisor) % divisor;
}
