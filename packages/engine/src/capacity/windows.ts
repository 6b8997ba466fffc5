import { reservableGb } from './rules.ts';
import type { PlatformState } from './state.ts';

/** Intervals that follow one another, in all of which something fits. */
export interface CapacityWindow {
  readonly firstInterval: number;
  /** The least of them all. */
  readonly reservableGb: number;
}

/** The most windows that are found. */
const mostWindows = 100;

/** The earliest windows of a length in which so much fits, none overlapping another. `intervals` is without gaps. */
export function findWindows(
  state: PlatformState,
  intervals: readonly number[],
  length: number,
  capacityGb: number,
): readonly CapacityWindow[] {
  const windows: CapacityWindow[] = [];
  let [fitting, leastGb] = [0, Infinity];
  for (const interval of intervals) {
    const leftGb = reservableGb(state.roomAt(interval));
    [fitting, leastGb] = leftGb >= capacityGb ? [fitting + 1, Math.min(leastGb, leftGb)] : [0, Infinity];
    if (fitting < length) continue;
    windows.push({ firstInterval: interval - length + 1, reservableGb: leastGb });
    if (windows.length === mostWindows) break;
    [fitting, leastGb] = [0, Infinity];
  }
  return windows;
}
