import type { IntervalRange } from './intervals.ts';
import type { Limit, LimitRange } from './records.ts';
import type { CapacityLimitSettings } from './settings.ts';

export const noLimit: Limit = { gb: null, ranges: [] };

/** The most ranges that one limit is made of. */
export const mostRanges = 1_000;

/** Everything that limits one org. */
export interface OrgLimits {
  readonly platform: Limit;
  /** Of every org that has no cap of its own. */
  readonly orgs: Limit;
  readonly org: Limit;
}

/** What all orgs together can book in an interval. */
export function platformCapacityAt(interval: number, { platform }: OrgLimits, settings: CapacityLimitSettings): number {
  return inRange(platform, interval) ?? platform.gb ?? settings.platformCapacityGb;
}

/** What the org can book in an interval: what was set most closely for it counts. */
export function orgCapAt(interval: number, { orgs, org }: OrgLimits, settings: CapacityLimitSettings): number {
  return inRange(org, interval) ?? org.gb ?? inRange(orgs, interval) ?? orgs.gb ?? settings.orgCapGb;
}

/** @param gb - Null takes the setting back. */
export function withDefault(limit: Limit, gb: number | null): Limit {
  return { ...limit, gb };
}

/**
 * Sets a range, whatever was set there before.
 *
 * @param gb - Null takes the setting back.
 */
export function withRange(limit: Limit, { fromInterval, toInterval }: IntervalRange, gb: number | null): Limit {
  const before = limit.ranges.flatMap((range) => cut(range, -Infinity, fromInterval));
  const after = limit.ranges.flatMap((range) => cut(range, toInterval, Infinity));
  const ranges = [...before, ...(gb === null ? [] : [{ fromInterval, toInterval, gb }]), ...after];
  return { ...limit, ranges: ranges.reduce(join, []) };
}

/** Adds a range to those before it; two that touch and say the same become one. */
function join(ranges: readonly LimitRange[], range: LimitRange): readonly LimitRange[] {
  const last = ranges.at(-1);
  if (last === undefined || last.toInterval !== range.fromInterval || last.gb !== range.gb) return [...ranges, range];
  return [...ranges.slice(0, -1), { ...last, toInterval: range.toInterval }];
}

/** What lies between two intervals of a range: nothing, or a range. */
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
