import type { DatabaseSync } from 'node:sqlite';

import type { RecordKind } from '@holdfast/engine/store';

import { damaged } from '../integrity/damage.ts';
import type { Report } from '../integrity/damage.ts';
import { checksumOfSchema, createState, hasState, readState } from '../integrity/file-state.ts';
import { addChecksums } from './carry-over.ts';
import {
  clockTable,
  columnOf,
  dueIndexOf,
  fieldsOf,
  headsTable,
  indexOf,
  purgeIndexOf,
  roomCheckTable,
  sequenceFloorTable,
  stateTable,
  tableOf,
  writeCheckTable,
} from './table-names.ts';

/** "Hold" in ASCII: tells our files from any other SQLite file. */
const applicationId = 0x48_6f_6c_64;
/** Since 2, rows have checksums. */
const schemaVersion = 2;

/**
 * Creates missing tables, columns (filled from existing values) and indexes for these kinds. Unknown kinds in the file
 * are left alone. If nothing is missing nothing is written, so that a file on a full disk can be opened and read.
 */
export function prepareSchema(
  database: DatabaseSync,
  file: string,
  kinds: readonly RecordKind[],
  report: Report,
): void {
  const version = assertOurs(database, file);
  if (version === 1) report('info', `${file} is carried over to this version: its records get checksums`);
  database.exec('BEGIN IMMEDIATE');
  try {
    prepareOwnTables(database);
    if (version === 1) addChecksums(database);
    for (const kind of kinds) {
      prepareTable(database, kind);
      prepareIndexes(database, kind);
    }
    signFile(database);
    database.exec('COMMIT');
    if (version !== 1) return;
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
  const version = database.prepare('PRAGMA user_version').get()!['user_version'] as number;
  if (version > schemaVersion) {
    throw new Error(
      `${file} was written by a newer Holdfast: its schema is ${version}, this one knows ${schemaVersion}.`,
    );
  }
  const isAsWeLeftIt = version < schemaVersion ? version === 1 && !hasState(database) : hasSoundSchema(database);
  if (!isAsWeLeftIt) throw damaged('its tables and indexes are not those that Holdfast made');
  return version;
}

function hasSoundSchema(database: DatabaseSync): boolean {
  return hasState(database) && readState(database)?.schemaChecksum === checksumOfSchema(database);
}

function signFile(database: DatabaseSync): void {
  const { application_id: id } = database.prepare('PRAGMA application_id').get()!;
  const { user_version: version } = database.prepare('PRAGMA user_version').get()!;
  if (id !== applicationId) database.exec(`PRAGMA application_id = ${applicationId}`);
  if (version !== schemaVersion) database.exec(`PRAGMA user_version = ${schemaVersion}`);
  const schemaChecksum = checksumOfSchema(database);
  if (readState(database)?.schemaChecksum !== schemaChecksum) {
    database.prepare(`UPDATE ${stateTable} SET schema_checksum = ?`).run(schemaChecksum);
  }
}

function prepareOwnTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${headsTable} (
      partition TEXT NOT NULL PRIMARY KEY,
      version INTEGER NOT NULL,
      now_ms INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      earlier INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
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
  createState(database);
}

function prepareTable(database: DatabaseSync, kind: RecordKind): void {
  const table = tableOf(kind);
  // ANY keeps a number a number and a text a text: an owner named "007" is not the number 7.
  const columns = fieldsOf(kind).map((field) => `, ${columnOf(field)} ANY`);
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (
      partition TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
      checksum INTEGER NOT NULL, earlier INTEGER NOT NULL${columns.join('')}, PRIMARY KEY (partition, id)
    ) STRICT, WITHOUT ROWID
  `);
  const existing = new Set(
    database
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(({ name }) => `"${name}"`),
  );
  for (const field of fieldsOf(kind)) {
    if (!existing.has(columnOf(field))) addColumn(database, table, field);
  }
}

/** For a kind that indexes a new field. */
function addColumn(database: DatabaseSync, table: string, field: string): void {
  const path = `'$."${field}"'`;
  database.exec(`
    ALTER TABLE ${table} ADD COLUMN ${columnOf(field)} ANY;
    UPDATE ${table} SET ${columnOf(field)} = json_extract(body, ${path})
      WHERE json_type(body, ${path}) IN ('text', 'integer', 'real');
  `);
}

/** Also drops indexes that are defined otherwise by now, or no longer. */
function prepareIndexes(database: DatabaseSync, kind: RecordKind): void {
  const wanted = indexDefinitions(kind);
  const existing = database
    .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
    .all(kind.name);
  for (const { name, sql } of existing) {
    if (!wanted.delete(sql as string)) database.exec(`DROP INDEX "${name}"`);
  }
  for (const definition of wanted) database.exec(definition);
}

/** Partial indexes: a record that lacks a field costs nothing in its indexes. */
function indexDefinitions(kind: RecordKind): Set<string> {
  const define = (name: string, columns: readonly string[], fields: readonly string[]): string => {
    const present = fields.map((field) => `${columnOf(field)} IS NOT NULL`).join(' AND ');
    return `CREATE INDEX ${name} ON ${tableOf(kind)} (${columns.join(', ')}) WHERE ${present}`;
  };
  const definitions = Object.entries(kind.indexes).map(([name, fields]) => {
    return define(indexOf(kind, name), ['partition', ...fields.map(columnOf), 'id'], fields);
  });
  const { dueField, purgeField } = kind;
  if (dueField !== undefined) {
    definitions.push(define(dueIndexOf(kind), [columnOf(dueField), 'partition', 'id'], [dueField]));
  }
  if (purgeField !== undefined) definitions.push(define(purgeIndexOf(kind), [columnOf(purgeField)], [purgeField]));
  return new Set(definitions);
}
