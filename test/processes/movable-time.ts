import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The time of processes that were started with its `timeFile`: it stands still, and a test sets it while they run. */
export interface MovableTime {
  readonly timeFile: string;
  nowMs: number;
}

/**
 * @param folder - Where it may keep a file.
 * @param startMs - In epoch milliseconds. On MongoDB it has to be far ahead of the clock by which that deletes things.
 */
export function createMovableTime(folder: string, startMs: number): MovableTime {
  const timeFile = join(folder, 'time');
  let nowMs = startMs;
  const write = () => {
    // In one piece: a process may look at any moment.
    writeFileSync(`${timeFile}.new`, String(nowMs));
    renameSync(`${timeFile}.new`, timeFile);
  };
  write();
  return {
    timeFile,
    get nowMs() {
      return nowMs;
    },
    set nowMs(timeMs) {
      nowMs = timeMs;
      write();
    },
  };
}
