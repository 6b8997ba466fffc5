import type { PlatformState } from '../state.ts';
import { reservableGb } from './rules.ts';

/** Consecutive intervals in which a demand fits. */
export interface CapacityWindow {
  readonly firstInterval: number;
  /** The minimum over its intervals. */
  readonly reservableGb: number;
}

/** The most windows in an answer. */
const mostWindows = 100;

/** The earliest windows of a length in which this much fits, without overlaps. `intervals` has no gaps. */
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
