import type { IntervalRange } from './intervals.ts';
import type { Limit, LimitRange } from './records.ts';
import type { CapacityLimitSettings } from './settings.ts';

export const noLimit: Limit = { gb: null, ranges: [] };

/** The most ranges of one limit. */
export const mostRanges = 1_000;

/** All limits of one org. */
export interface OrgLimits {
  readonly platform: Limit;
  /** The cap of orgs without one of their own. */
  readonly orgs: Limit;
  readonly org: Limit;
}

/** What all orgs together can book in an interval. */
export function platformCapacityAt(interval: number, { platform }: OrgLimits, settings: CapacityLimitSettings): number {
  return inRange(platform, interval) ?? platform.gb ?? settings.platformCapacityGb;
}

/** What the org can book in an interval: the most specific setting counts. */
export function orgCapAt(interval: number, { orgs, org }: OrgLimits, settings: CapacityLimitSettings): number {
  return inRange(org, interval) ?? org.gb ?? inRange(orgs, interval) ?? orgs.gb ?? settings.orgCapGb;
}

/** @param gb - Null removes the setting. */
export function withDefault(limit: Limit, gb: number | null): Limit {
  return { ...limit, gb };
}

/**
 * Sets a range, overwriting what was set there.
 *
 * @param gb - Null removes the setting.
 */
export function withRange(limit: Limit, { fromInterval, toInterval }: IntervalRange, gb: number | null): Limit {
  const before = limit.ranges.flatMap((range) => cut(range, -Infinity, fromInterval));
  const after = limit.ranges.flatMap((range) => cut(range, toInterval, Infinity));
  const ranges = [...before, ...(gb === null ? [] : [{ fromInterval, toInterval, gb }]), ...after];
  return { ...limit, ranges: ranges.reduce(join, []) };
}

/** Appends a range; adjacent equal ranges become one. */
function join(ranges: readonly LimitRange[], range: LimitRange): readonly LimitRange[] {
  const last = ranges.at(-1);
  if (last === undefined || last.toInterval !== range.fromInterval || last.gb !== range.gb) return [...ranges, range];
  return [...ranges.slice(0, -1), { ...last, toInterval: range.toInterval }];
}

/** The part of a range between two intervals, or nothing. */
function cut({ fromInterval, toInterval, gb }: LimitRange, from: number, to: number): readonly LimitRange[] {
  const part = { fromInterval: Math.max(fromInterval, from), toInterval: Math.min(toInterval, to), gb };
  return part.fromInterval < part.toInterval ? [part] : [];
}

function inRange({ ranges }: Limit, interval: number): number | undefined {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as LimitRange).toInterval <= interval) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && range.fromInterval <= interval ? range.gb : undefined;
}
