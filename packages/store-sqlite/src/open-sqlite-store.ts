import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { StoreUnavailable } from '@holdfast/engine/store';
import type { MachineClock, RecordKind, Store } from '@holdfast/engine/store';

import { finishRestore } from './backup/finish-restore.ts';
import { Connection } from './connection.ts';
import { FileClock } from './file-clock.ts';
import { canonicalPath, lockFile } from './file-lock.ts';
import { Acknowledged } from './integrity/acknowledged.ts';
import { checkFile } from './integrity/check-file.ts';
import { damaged, Soundness } from './integrity/damage.ts';
import type { Report } from './integrity/damage.ts';
import { FileCheck } from './integrity/file-check.ts';
import { readState } from './integrity/file-state.ts';
import { prepareSchema } from './schema/schema.ts';
import { assertKindNames } from './schema/tables.ts';
import { asStoreError } from './sqlite-errors.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { SqliteStoreParts } from './sqlite-store.ts';

export interface SqliteStoreOptions {
  /** The database file; it and its folder are created if missing. Two or three files of the same name lie beside it. */
  readonly file: string;
  /** The kinds of records to keep. What is missing in their indexes is added. */
  readonly kinds: readonly RecordKind[];
  /** The machine's clocks; absent: this process's, which don't tell how long it was down. */
  readonly machine?: MachineClock;
  /** Start from the wall clock, unless the file has seen a later time, instead of the file's. */
  readonly takesSystemTime?: boolean;
  /** Called when the file is migrated from an older version, and when it is found damaged. */
  readonly report?: Report;
}

const processClock: MachineClock = { systemMs: () => Date.now(), elapsedMs: () => performance.now() };

/** A file up to this size is checked in about 50 ms, before it is used; a larger one in its own thread. */
const briefCheckBytes = 4 * 1_024 * 1_024;

/** How long the store waits for that thread, in milliseconds: enough for some 30 MB. */
const longestWaitMs = 300;

/**
 * Opens the embedded store: one file on this machine's disk. Acknowledged commits are flushed: they survive a kill and,
 * if the disk is honest, a power cut.
 *
 * The whole file is checked: before the store opens if that takes 0.3 s at most, otherwise in the background.
 *
 * @throws {@link StoreInUse} if another process, or another store of this one, has the file open.
 * @throws {@link StoreUnavailable} if the file can't be opened or written to, or is damaged.
 *
 * @example
 * ```ts
 * const store = await openSqliteStore({ file: '/var/lib/holdfast/holdfast.db', kinds });
 * ```
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const parts = openParts(options);
  const store = new SqliteStore(parts);
  await parts.check?.within(longestWaitMs);
  try {
    parts.soundness.assertSound();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A store's parts, exported so that tests can fill the disk under a store. */
export function openParts(options: SqliteStoreOptions): SqliteStoreParts {
  const { file, kinds, report = () => {}, machine = processClock, takesSystemTime = false } = options;
  assertKindNames(kinds);
  mkdirSync(dirname(file), { recursive: true });
  assertWritable(dirname(file));
  try {
    const lock = lockFile(file);
    try {
      finishRestore(canonicalPath(file));
      const database = openWriter(file, kinds, report);
      try {
        const state = readState(database)!;
        const acknowledged = new Acknowledged(database.location()!, state);
        const soundness = new Soundness(report);
        const check = startCheck(database, soundness);
        const connection = new Connection(database, kinds);
        const clock = new FileClock(connection, { machine, takesSystemTime });
        const connectReader = (): Connection => new Connection(openReader(file), kinds);
        return { kinds, lock, state, acknowledged, soundness, check, connection, clock, connectReader };
      } catch (error) {
        database.close();
        throw error;
      }
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw asStoreError(error);
  }
}

/** Checks a small file at once. */
function startCheck(database: DatabaseSync, soundness: Soundness): FileCheck | undefined {
  const { bytes } = database
    .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
    .get()!;
  if ((bytes as number) > briefCheckBytes) return new FileCheck(database.location()!, soundness);
  checkFile(database);
  return undefined;
}

/** SQLite's own error wouldn't name the reason. */
function assertWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const message = `The folder can't be written to: ${(error as Error).message}.`;
    throw new StoreUnavailable(message, { cause: error, fault: 'readOnly' });
  }
}

/**
 * - `synchronous=FULL`: a commit is flushed before it is acknowledged. `NORMAL` would gain nothing with group commit,
 *   and lose the last commits in a power cut.
 * - `wal_autocheckpoint`: a fallback at 16,000 pages (64 MB), should the {@link Checkpointer}, which runs much earlier,
 *   fail.
 * - `journal_size_limit`: the size to which the WAL is truncated after a checkpoint that no snapshot held up; see also
 *   {@link Writer.shortenLog}.
 */
export function openWriter(file: string, kinds: readonly RecordKind[], report: Report): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    const { journal_mode: mode } = database.prepare('PRAGMA journal_mode = WAL').get()!;
    if (mode !== 'wal') throw new Error(`${file} lies on a file system on which SQLite has no write-ahead log.`);
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 16000;
      PRAGMA journal_size_limit = 33554432;
      PRAGMA cache_size = -32768;
    `);
    assertText(database);
    prepareSchema(database, file, kinds, report);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A flipped bit in the first page could turn all text into UTF-16. */
function assertText(database: DatabaseSync): void {
  const { encoding } = database.prepare('PRAGMA encoding').get()!;
  if (encoding !== 'UTF-8') throw damaged(`its first page says that text is ${String(encoding)}`);
}

function openReader(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true });
}
