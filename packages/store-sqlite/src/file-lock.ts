import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { isBusy } from './sqlite-errors.ts';

/** Another store, in this process or another, has the file open. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
  readonly file: string;

  constructor(file: string, options?: ErrorOptions) {
    super(`${file} is in use: another Holdfast process has it open, and only one can own it at a time.`, options);
    this.file = file;
  }
}

export interface FileLock {
  release(): void;
}

/**
 * Locks the file for this process, or throws {@link StoreInUse} at once.
 *
 * A connection to a file beside it holds SQLite's exclusive lock while the store is open. It is an operating-system
 * lock: it ends with the process, however that ends, so lock files are never stale.
 */
export function lockFile(file: string): FileLock {
  const lock = new DatabaseSync(`${canonicalPath(file)}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw isBusy(error) ? new StoreInUse(file, { cause: error }) : error;
  }
  return { release: () => lock.close() };
}

/** Two paths to one file must come to one lock. */
export function canonicalPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return join(realpathSync(dirname(file)), basename(file));
  }
}
