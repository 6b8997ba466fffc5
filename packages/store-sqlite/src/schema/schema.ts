import type { DatabaseSync } from 'node:sqlite';

import type { RecordKind } from '@holdfast/engine/store';

import { Connection } from '../connection.ts';
import { damaged } from '../integrity/damage.ts';
import type { Report } from '../integrity/damage.ts';
import { checksumOfSchema, createState, hasState, readState, RunningTotal } from '../integrity/file-state.ts';
import { Rows } from '../rows.ts';
import { carryOver } from './carry-over.ts';
import { prepareKinds } from './definitions.ts';
import {
  clockTable,
  headKind,
  kindsTable,
  roomCheckTable,
  rowTables,
  schemaVersion,
  sequenceFloorTable,
  stateTable,
  tableOf,
  versionOf,
  writeCheckTable,
} from './tables.ts';

/** "Hold" in ASCII: tells our files from any other SQLite file. */
const applicationId = 0x48_6f_6c_64;

/**
 * Creates what is missing, and writes records of kinds that have other indexes by now anew. Unknown kinds in the file
 * are left alone. If nothing is missing nothing is written, so that a file on a full disk can be opened and read.
 */
export function prepareSchema(
  database: DatabaseSync,
  file: string,
  kinds: readonly RecordKind[],
  report: Report,
): void {
  const version = assertOurs(database, file);
  const isOld = version !== undefined && version < schemaVersion;
  if (isOld) report('info', `${file} is carried over to this version, before the server listens`);
  database.exec('BEGIN IMMEDIATE');
  try {
    prepareOwnTables(database);
    const state = readState(database)!;
    const total = new RunningTotal(isOld ? { ...state, total: 0 } : state);
    total.begin();
    const rows = new Rows(new Connection(database, kinds), total);
    if (isOld) carryOver(database, version, rows, kinds);
    prepareKinds(database, rows, total, kinds);
    signFile(database, total.next().total);
    database.exec('COMMIT');
    if (!isOld) return;
    // The WAL has a copy of everything by now.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    report('info', `${file} has been carried over`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Whether Holdfast made the file; not yet if it is empty. */
export function isOurs(database: DatabaseSync): boolean {
  return database.prepare('PRAGMA application_id').get()!['application_id'] === applicationId;
}

/** Returns the version of its schema; undefined if the file is empty. */
function assertOurs(database: DatabaseSync, file: string): number | undefined {
  const isEmpty = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()!['count'] === 0;
  if (isEmpty) return undefined;
  if (!isOurs(database)) {
    throw new Error(`${file} is a database of another application, not of Holdfast, or its first page is damaged.`);
  }
  const version = versionOf(database);
  if (version > schemaVersion) {
    throw new Error(
      `${file} was written by a newer Holdfast: its schema is ${version}, this one knows ${schemaVersion}.`,
    );
  }
  const isAsWeLeftIt = version === 1 ? !hasState(database) : version > 1 && hasSoundSchema(database);
  if (!isAsWeLeftIt) throw damaged('its tables and indexes are not those that Holdfast made');
  return version;
}

function hasSoundSchema(database: DatabaseSync): boolean {
  return hasState(database) && readState(database)?.schemaChecksum === checksumOfSchema(database);
}

function signFile(database: DatabaseSync, total: number): void {
  if (!isOurs(database)) database.exec(`PRAGMA application_id = ${applicationId}`);
  if (versionOf(database) !== schemaVersion) database.exec(`PRAGMA user_version = ${schemaVersion}`);
  const schemaChecksum = checksumOfSchema(database);
  const state = readState(database);
  if (state?.schemaChecksum === schemaChecksum && state.total === total) return;
  database.prepare(`UPDATE ${stateTable} SET schema_checksum = ?, total = ?`).run(schemaChecksum, total);
}

function prepareOwnTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${kindsTable} (name TEXT NOT NULL PRIMARY KEY, definition TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS ${writeCheckTable} (only INTEGER PRIMARY KEY CHECK (only = 1), count INTEGER) STRICT;
    INSERT OR IGNORE INTO ${writeCheckTable} VALUES (1, 0);
    CREATE TABLE IF NOT EXISTS ${roomCheckTable} (filler BLOB) STRICT;
    CREATE TABLE IF NOT EXISTS ${clockTable} (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      now_ms INTEGER NOT NULL,
      boot_id TEXT,
      elapsed_ms INTEGER NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS ${sequenceFloorTable} (
      only INTEGER PRIMARY KEY CHECK (only = 1), floor INTEGER NOT NULL, checksum INTEGER NOT NULL
    ) STRICT;
  `);
  for (const table of rowTables) createRowTable(database, table);
  createState(database);
}

/** Partial indexes: a row without a time costs nothing there. */
function createRowTable(database: DatabaseSync, table: string): void {
  const clustering = table === tableOf(headKind) ? ', WITHOUT ROWID' : '';
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (
      partition TEXT NOT NULL,
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      body TEXT NOT NULL,
      checksum INTEGER NOT NULL,
      due_ms INTEGER,
      purge_ms INTEGER,
      PRIMARY KEY (partition, kind, key)
    ) STRICT${clustering};
    CREATE INDEX IF NOT EXISTS ${table}_due ON ${table} (kind, due_ms, partition, key) WHERE due_ms IS NOT NULL;
    CREATE INDEX IF NOT EXISTS ${table}_purge ON ${table} (kind, purge_ms) WHERE purge_ms IS NOT NULL;
  `);
}
