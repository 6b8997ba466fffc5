import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The time of day of processes that were started with its `env`, and which a test sets while they run. */
export interface SettableClock {
  readonly env: Readonly<Record<string, string>>;
  /** From now on the clock is ahead of the right time by so much. */
  set(aheadMs: number): void;
}

/** @param folder - Where it may keep a file. */
export function createSettableClock(folder: string): SettableClock {
  const file = join(folder, 'clock-shift');
  const set = (aheadMs: number) => {
    // In one piece: a process may look at any moment.
    writeFileSync(`${file}.new`, String(aheadMs));
    renameSync(`${file}.new`, file);
  };
  set(0);
  return { env: { CLOCK_SHIFT_FILE: file }, set };
}
