/** Intervals that no other history has. A history is about some groups of them, each request about one. */
export interface Group {
  /** Such as `h7-0`. */
  readonly name: string;
  readonly startMs: number;
}

/** Who asks. They share the platform. */
export type Org = 'first' | 'second';

export const orgs: readonly Org[] = ['first', 'second'];

/** What all groups begin with: neither org can have all of the platform, and both together can't have what they may. */
export const usualLimits: Limits = { platformGb: 40, orgGb: 24 };

export interface Limits {
  readonly platformGb: number;
  readonly orgGb: number;
}

const groupCount = 4;
export const intervalCount = 4;

const [quarterMs, dayMs] = [900_000, 86_400_000];

/** Far enough ahead that nothing is ever too soon. */
const firstDayMs = Date.parse('2100-01-01T00:00:00Z');
const daysPerScope = 2 * groupCount;
/** So many scopes have days of their own, and then it begins anew: years have only four digits. */
const scopeCount = 250_000;

/** A group has midnight in its middle, so that it spans two days. */
function groupOf(name: string): Group {
  const [scope = '', group] = name.split('-');
  return { name, startMs: firstDayOf(scope) + (2 * Number(group) + 1) * dayMs - (intervalCount / 2) * quarterMs };
}

export function groupsOf(scope: string): readonly Group[] {
  return Array.from({ length: groupCount }, (_, group) => groupOf(`${scope}-${group}`));
}

/** By group and interval: they are asked for again and again. */
const starts = new Map<string, string>();
const mostStarts = 10_000;

/** @param interval - From 0, within the group. Undefined: the group's end. */
export function startOf(group: string, interval = intervalCount): string {
  const key = `${group} ${interval}`;
  let start = starts.get(key);
  if (start === undefined) {
    start = `${new Date(groupOf(group).startMs + interval * quarterMs).toISOString().slice(0, 19)}Z`;
    if (starts.size === mostStarts) starts.clear();
    starts.set(key, start);
  }
  return start;
}

/** Days of scopes from so many before this one to so many before it. */
export function daysBefore(scope: string, from: number, to: number): { readonly from: string; readonly to: string } {
  const scopeMs = daysPerScope * dayMs;
  const start = firstDayOf(scope);
  return { from: new Date(start - from * scopeMs).toISOString(), to: new Date(start - to * scopeMs).toISOString() };
}

function firstDayOf(scope: string): number {
  return firstDayMs + (Number(scope.slice(1)) % scopeCount) * daysPerScope * dayMs;
}
