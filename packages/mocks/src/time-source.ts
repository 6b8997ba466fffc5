import { toEpochMs } from './times.ts';
import type { Time } from './times.ts';

/** The mock's present. */
export interface TimeSource {
  /** Epoch milliseconds. */
  now(): number;
  advance(milliseconds: number): void;
  /** Undoes every advance. */
  reset(): void;
}

export interface TimeOptions {
  readonly clock?: 'manual' | 'system' | undefined;
  readonly startAt?: Time | undefined;
}

const usualStart = '2026-01-01T00:00:00.000Z';

/** @throws TypeError if the options make no sense. */
export function createTimeSource({ clock = 'manual', startAt }: TimeOptions): TimeSource {
  if (clock === 'manual') {
    const startMs = toEpochMs(startAt ?? usualStart);
    return createShiftedTime(() => startMs);
  }
  if (clock !== 'system') throw new TypeError(`clock is "manual" or "system", not ${JSON.stringify(clock)}.`);
  if (startAt !== undefined) throw new TypeError('startAt is for a manual clock: the system clock starts now.');
  return createShiftedTime(Date.now);
}

function createShiftedTime(base: () => number): TimeSource {
  let shiftMs = 0;
  return {
    now: () => base() + shiftMs,
    advance(milliseconds) {
      shiftMs += milliseconds;
    },
    reset() {
      shiftMs = 0;
    },
  };
}
