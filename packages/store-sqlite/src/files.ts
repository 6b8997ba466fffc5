import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** What may lie beside a database file under its name and belongs to it. */
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

/** Moves a database with all that belongs to it. What a kill left half-way is moved on by calling it once more. */
export function moveDatabase(from: string, to: string): void {
  for (const suffix of ['', ...companions]) if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
  flush(dirname(to));
}
