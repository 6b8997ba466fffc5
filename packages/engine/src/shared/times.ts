import { invalidRequest } from './outcomes.ts';
import type { Refused } from './outcomes.ts';

/** The last times that were written: a batch writes few different ones, and each many times. */
const written = new Map<number, string>();
const mostWritten = 256;

/** A time on the wire: RFC 3339 in UTC with milliseconds and `Z`. */
export function toWireTime(atMs: number): string {
  const known = written.get(atMs);
  if (known !== undefined) return known;
  const text = new Date(atMs).toISOString();
  if (written.size === mostWritten) written.clear();
  written.set(atMs, text);
  return text;
}

/** A time as it was sent, with UTC written as `Z`. */
export function toUtc(time: string): string {
  return time.replace(/\+00:00$/u, 'Z');
}

export function toWireTimeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : toWireTime(atMs);
}

/** Epoch milliseconds of a time whose form the contract has checked; undefined for a day that doesn't exist. */
export function fromWireTime(time: string): number | undefined {
  const atMs = Date.parse(time);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** From a time, inclusive, to another, exclusive; either may be open. */
export interface TimeWindow {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** The window that a list's query asks for. */
export function parseWindow(from: string | undefined, to: string | undefined): TimeWindow | Refused {
  const fromMs = from === undefined ? undefined : fromWireTime(from);
  const toMs = to === undefined ? undefined : fromWireTime(to);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    return invalidRequest({ field: 'query.to', rule: 'after', message: 'must be later than query.from', value: to });
  }
  return { fromMs, toMs };
}
