import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Suffixes of files that belong to a database file. */
const companions = ['-journal', '-wal', '-shm', '-acknowledged'];

/** Flushes a file, or the names in a folder. */
export function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function removeDatabase(file: string): void {
  for (const suffix of ['', ...companions]) rmSync(file + suffix, { force: true });
}

/** Moves a database and its companions. Call it again to finish a move that was killed half-way. */
export function moveDatabase(from: string, to: string): void {
  for (const suffix of ['', ...companions]) if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
  flush(dirname(to));
}
