import type { Limit, LimitRange } from './records.ts';
import type { SlotRange } from './slots.ts';

/** What a server is started with; it holds until somebody sets something else. GB. */
export interface CapacityLimitSettings {
  /** What all orgs together can book. */
  readonly platformCapacityGb: number;
  /** What one org can book. */
  readonly orgCapGb: number;
}

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

/** What all orgs together can book in a slot. */
export function platformCapacityAt(slot: number, { platform }: OrgLimits, settings: CapacityLimitSettings): number {
  return inRange(platform, slot) ?? platform.gb ?? settings.platformCapacityGb;
}

/** What the org can book in a slot: what was set most closely for it counts. */
export function orgCapAt(slot: number, { orgs, org }: OrgLimits, settings: CapacityLimitSettings): number {
  return inRange(org, slot) ?? org.gb ?? inRange(orgs, slot) ?? orgs.gb ?? settings.orgCapGb;
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
export function withRange(limit: Limit, { fromSlot, toSlot }: SlotRange, gb: number | null): Limit {
  const before = limit.ranges.flatMap((range) => cut(range, -Infinity, fromSlot));
  const after = limit.ranges.flatMap((range) => cut(range, toSlot, Infinity));
  const ranges = [...before, ...(gb === null ? [] : [{ fromSlot, toSlot, gb }]), ...after];
  return { ...limit, ranges: ranges.reduce(join, []) };
}

/** Adds a range to those before it; two that touch and say the same become one. */
function join(ranges: readonly LimitRange[], range: LimitRange): readonly LimitRange[] {
  const last = ranges.at(-1);
  if (last === undefined || last.toSlot !== range.fromSlot || last.gb !== range.gb) return [...ranges, range];
  return [...ranges.slice(0, -1), { ...last, toSlot: range.toSlot }];
}

/** What lies between two slots of a range: nothing, or a range. */
function cut({ fromSlot, toSlot, gb }: LimitRange, from: number, to: number): readonly LimitRange[] {
  const part = { fromSlot: Math.max(fromSlot, from), toSlot: Math.min(toSlot, to), gb };
  return part.fromSlot < part.toSlot ? [part] : [];
}

function inRange({ ranges }: Limit, slot: number): number | undefined {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as LimitRange).toSlot <= slot) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && range.fromSlot <= slot ? range.gb : undefined;
}
