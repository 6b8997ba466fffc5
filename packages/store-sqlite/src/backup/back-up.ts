import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { canonicalPath, lockFile } from '../file-lock.ts';
import { assertNoneMissing, readAcknowledged } from '../integrity/acknowledged.ts';
import { checkFile } from '../integrity/check-file.ts';
import { hasState, readState } from '../integrity/file-state.ts';
import { isOurs } from '../schema/schema.ts';
import { asStoreError, isDiskFull } from '../sqlite-errors.ts';
import { BackupError } from './backup-error.ts';
import { flush, removeDatabase } from './files.ts';
import { finishRestore, hasUnfinishedRestore } from './finish-restore.ts';

export interface BackupOptions {
  /** The database file of a store, which may be open. */
  readonly file: string;
  /** The file to make. */
  readonly to: string;
  /** Whether a file that is there may be replaced. */
  readonly isOverwriting?: boolean;
}

/**
 * Makes a backup of a store, also while a process has it open and writes to it: everything that was acknowledged
 * before the call is in it. The file appears only when it is complete, has been checked and is on the disk.
 *
 * @returns How many bytes it has.
 * @throws {@link BackupError} with the reason, if there is no backup.
 *
 * @example
 * ```ts
 * backUpSqliteStore({ file: '/var/lib/holdfast/holdfast.db', to: '/backups/monday.db' });
 * ```
 */
export function backUpSqliteStore({ file, to, isOverwriting = false }: BackupOptions): number {
  if (!existsSync(dirname(file))) throw new BackupError(`There is no folder ${dirname(file)}.`);
  finishRestoreFirst(file);
  if (!existsSync(file)) throw new BackupError(`There is no database ${file}.`);
  if (!existsSync(dirname(to))) throw new BackupError(`There is no folder ${dirname(to)} for the backup.`);
  if (existsSync(to) && !isOverwriting) throw alreadyThere(to);
  if (existsSync(to) && !statSync(to).isFile()) throw new BackupError(`${to} is no file.`);
  const partial = `${to}.partial`;
  try {
    removeDatabase(partial);
    copySnapshot(file, partial);
    flush(partial);
    show(partial, to, isOverwriting);
    flush(dirname(to));
    return statSync(to).size;
  } catch (error) {
    throw explain(error, file, to);
  } finally {
    removeDatabase(partial);
  }
}

/** One read transaction: it sees one snapshot, blocks no writer, and finishes under any load. */
function copySnapshot(file: string, partial: string): void {
  const acknowledged = readAcknowledged(canonicalPath(file));
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    if (!isOurs(database)) throw new BackupError(`${file} is not a database of Holdfast.`);
    database.prepare('VACUUM INTO ?').run(partial);
  } finally {
    database.close();
  }
  const copy = new DatabaseSync(partial, { readOnly: true });
  try {
    checkFile(copy);
    if (hasState(copy)) assertNoneMissing(acknowledged, readState(copy)!);
  } finally {
    copy.close();
  }
}

/** Gives the backup its name, unless a file has got that name meanwhile. */
function show(partial: string, to: string, isOverwriting: boolean): void {
  if (isOverwriting) return renameSync(partial, to);
  try {
    linkSync(partial, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || existsSync(to)) throw alreadyThere(to);
    renameSync(partial, to); // A file system without hard links.
    return;
  }
  rmSync(partial);
}

function finishRestoreFirst(file: string): void {
  if (!hasUnfinishedRestore(file)) return;
  const lock = lockFile(file);
  try {
    finishRestore(canonicalPath(file));
  } finally {
    lock.release();
  }
}

function alreadyThere(to: string): BackupError {
  return new BackupError(`${to} is there already, and stays as it is.`);
}

function explain(error: unknown, file: string, to: string): unknown {
  if (error instanceof BackupError) return error;
  const { message } = asStoreError(error) as Error;
  const reason = isDiskFull(error) ? `the disk of ${dirname(to)} is full` : message.replace(/\.$/u, '');
  return new BackupError(`${file} was not backed up: ${reason}.`, { cause: error });
}
