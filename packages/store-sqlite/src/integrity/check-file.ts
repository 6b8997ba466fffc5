import type { DatabaseSync } from 'node:sqlite';

import type { Head } from '@holdfast/engine/store';

import { checkOldRows, oldHeads } from '../schema/old-file.ts';
import { headId, headKind, rowTables, schemaVersion, tableOf, versionOf } from '../schema/tables.ts';
import { asStoreError } from '../sqlite-errors.ts';
import { assertRecord, recordChecksum, totalLimit } from './checksums.ts';
import { damaged } from './damage.ts';
import { readState } from './file-state.ts';

/**
 * Checks one snapshot of the whole file, also of one that is still to be carried over: SQLite's pages and indexes, the
 * checksum of each row, and that no row is missing.
 *
 * @throws {@link StoreUnavailable} with the first fault.
 */
export function checkFile(database: DatabaseSync): void {
  database.exec('BEGIN');
  try {
    checkContent(database);
  } catch (error) {
    throw asStoreError(error);
  } finally {
    database.exec('COMMIT');
  }
}

/** The same within the caller's transaction. */
export function checkContent(database: DatabaseSync): void {
  const { integrity_check: finding } = database.prepare('PRAGMA integrity_check(1)').get()!;
  if (finding !== 'ok') throw damaged(`SQLite finds ${String(finding).replaceAll(/\s+/gu, ' ')}`);
  const version = versionOf(database);
  if (version === schemaVersion) checkRows(database);
  else checkOldRows(database, version);
}

function checkRows(database: DatabaseSync): void {
  let total = 0;
  for (const table of rowTables) {
    const sql = `SELECT kind, partition, key, body, checksum FROM ${table}`;
    for (const row of database.prepare(sql, { returnArrays: true }).iterate()) {
      const [kind, partition, key, body, checksum] = row as unknown as [string, string, string, string, number];
      assertRecord(kind, partition, key, body, checksum);
      total = (total + checksum) % totalLimit;
    }
  }
  if (total !== readState(database)?.total) throw damaged('records are missing, or older than they should be');
}

/** The heads with a correct checksum, also of a file that is still to be carried over. */
export function* soundHeads(database: DatabaseSync): Generator<Head> {
  const version = versionOf(database);
  if (version !== schemaVersion) {
    for (const { head, isSound } of oldHeads(database, version)) if (isSound) yield head;
    return;
  }
  const sql = `SELECT partition, body, checksum FROM ${tableOf(headKind)} WHERE kind = ?`;
  for (const row of database.prepare(sql, { returnArrays: true }).iterate(headKind.name)) {
    const [partition, body, checksum] = row as unknown as [string, string, number];
    if (recordChecksum(headKind.name, partition, headId, body) === checksum) yield JSON.parse(body) as Head;
  }
}
