import { copyFileSync, existsSync, mkdirSync, realpathSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { raiseSequenceFloor } from '@holdfast/engine/store';
import type { RecordKind } from '@holdfast/engine/store';

import { canonicalPath, lockFile, StoreInUse } from '../file-lock.ts';
import { checkFile } from '../integrity/check-file.ts';
import { renewFileId } from '../integrity/file-state.ts';
import { openWriter } from '../open-sqlite-store.ts';
import { isOurs } from '../schema/schema.ts';
import { asStoreError, isDiskFull } from '../sqlite-errors.ts';
import { BackupError } from './backup-error.ts';
import { flush, removeDatabase } from './files.ts';
import { finishRestore, replacedFile, restoredFile, restoringFile } from './finish-restore.ts';
import { readHighestSequence, readHighestSoundSequence, writeSequenceFloor } from './sequence-floor.ts';

export interface RestoreOptions {
  /** The database file of a store that no process has open; it and its folder may be missing. */
  readonly file: string;
  /** A backup. It stays as it is. */
  readonly from: string;
  readonly kinds: readonly RecordKind[];
  /** The time in epoch milliseconds. */
  readonly nowMs: number;
}

export interface RestoreResult {
  /** Where the replaced files are kept; undefined if there were none. */
  readonly replaced: string | undefined;
  /** Fencing tokens continue above this number. */
  readonly sequenceFloor: number;
}

/**
 * Puts a backup in the place of a store's file. Whenever the process is killed, what is there afterwards is either the
 * old state or the new one. The replaced files are kept. Every sequence goes on above all numbers that were given out.
 *
 * @throws {@link StoreInUse} if a process has the store open.
 * @throws {@link BackupError} with the reason, if nothing was restored.
 *
 * @example
 * ```ts
 * restoreSqliteStore({ file: '/var/lib/holdfast/holdfast.db', from: '/backups/monday.db', kinds, nowMs: Date.now() });
 * ```
 */
export function restoreSqliteStore(options: RestoreOptions): RestoreResult {
  const { from } = options;
  if (!existsSync(from)) throw new BackupError(`There is no file ${from}.`);
  if (!statSync(from).isFile()) throw new BackupError(`${from} is no file.`);
  try {
    mkdirSync(dirname(options.file), { recursive: true });
    const lock = lockFile(options.file);
    try {
      const file = canonicalPath(options.file);
      if (realpathSync(from) === file) throw new BackupError(`${from} is the database itself.`);
      finishRestore(file);
      return restore({ ...options, file });
    } finally {
      lock.release();
    }
  } catch (error) {
    throw explain(error, options);
  }
}

function restore({ file, from, kinds, nowMs }: RestoreOptions): RestoreResult {
  const restoring = restoringFile(file);
  try {
    removeDatabase(restoring);
    copy(from, restoring);
    const sequenceFloor = prepare({ restoring, file, kinds, nowMs });
    flush(restoring);
    const time = freeTime(file, nowMs);
    const replaced = existsSync(file) ? replacedFile(file, time) : undefined;
    renameSync(restoring, restoredFile(file, time));
    flush(dirname(file));
    finishRestore(file);
    return { replaced, sequenceFloor };
  } finally {
    removeDatabase(restoring);
  }
}

/** With its WAL, if a folder was copied after a kill. */
function copy(from: string, restoring: string): void {
  for (const suffix of ['', '-wal']) if (existsSync(from + suffix)) copyFileSync(from + suffix, restoring + suffix);
}

/** Turns the copy into a single file that a store can open, and checks it. Returns the sequence floor. */
function prepare({ restoring, file, kinds, nowMs }: Omit<RestoreOptions, 'from'> & { restoring: string }): number {
  assertOurs(restoring);
  const database = openWriter(restoring, kinds, () => {});
  try {
    checkFile(database);
    const highest = Math.max(readHighestSequence(database), readHighestSoundSequence(file));
    const sequenceFloor = raiseSequenceFloor(highest, nowMs);
    writeSequenceFloor(database, sequenceFloor);
    renewFileId(database);
    const { journal_mode: mode } = database.prepare('PRAGMA journal_mode = DELETE').get()!;
    if (mode !== 'delete') throw new Error('its log could not be carried over');
    return sequenceFloor;
  } finally {
    database.close();
  }
}

/** An empty file would pass for a new store. */
function assertOurs(restoring: string): void {
  const database = new DatabaseSync(restoring);
  try {
    if (!isOurs(database)) throw new Error('it is not a backup of Holdfast');
  } finally {
    database.close();
  }
}

/** The time for the name of what is replaced: to the second, and later by seconds if that name is taken. */
function freeTime(file: string, nowMs: number): string {
  for (let timeMs = nowMs; ; timeMs += 1_000) {
    const time = `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
    if (!existsSync(replacedFile(file, time))) return time;
  }
}

function explain(error: unknown, { from, file }: RestoreOptions): unknown {
  if (error instanceof BackupError || error instanceof StoreInUse) return error;
  const { message } = asStoreError(error) as Error;
  const reason = isDiskFull(error) ? `the disk of ${dirname(file)} is full` : message.replace(/\.$/u, '');
  return new BackupError(`${from} was not restored: ${reason}. Nothing has changed.`, { cause: error });
}
