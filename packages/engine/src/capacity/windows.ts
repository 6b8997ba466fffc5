import { reservableGb } from './rules.ts';
import type { PoolState } from './state.ts';

/** Slots that follow one another, in all of which something fits. */
export interface CapacityWindow {
  readonly firstSlot: number;
  /** The least of them all. */
  readonly reservableGb: number;
}

/** The most windows that are found. */
const mostWindows = 100;

/** The earliest windows of a length in which so much fits, none overlapping another. `slots` is without gaps. */
export function findWindows(
  state: PoolState,
  slots: readonly number[],
  length: number,
  capacityGb: number,
): readonly CapacityWindow[] {
  const windows: CapacityWindow[] = [];
  let fitting: number[] = [];
  for (const slot of slots) {
    const leftGb = reservableGb(state.roomAt(slot));
    fitting = leftGb >= capacityGb ? [...fitting, leftGb] : [];
    if (fitting.length < length) continue;
    windows.push({ firstSlot: slot - length + 1, reservableGb: Math.min(...fitting) });
    if (windows.length === mostWindows) break;
    fitting = [];
  }
  return windows;
}
