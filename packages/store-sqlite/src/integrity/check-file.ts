import type { DatabaseSync } from 'node:sqlite';

import type { Head } from '@holdfast/engine/store';

import { headsTable, recordTablesIn } from '../schema/table-names.ts';
import { asStoreError } from '../sqlite-errors.ts';
import { headChecksum, recordChecksum, totalLimit } from './checksums.ts';
import { damaged } from './damage.ts';
import { readState } from './file-state.ts';

/**
 * Checks one snapshot of the whole file: SQLite's pages and indexes, the checksum of each row, and that no row is
 * missing.
 *
 * @throws {@link StoreUnavailable} with the first fault.
 */
export function checkFile(database: DatabaseSync): void {
  database.exec('BEGIN');
  try {
    checkStructure(database);
    let total = checkHeads(database);
    for (const table of recordTablesIn(database)) total += checkRecords(database, table);
    if (total % totalLimit !== readState(database)?.total)
      throw damaged('records are missing, or older than they should be');
  } catch (error) {
    throw asStoreError(error);
  } finally {
    database.exec('COMMIT');
  }
}

/** The pages, and that each index has what its table has. */
export function checkStructure(database: DatabaseSync): void {
  const { integrity_check: finding } = database.prepare('PRAGMA integrity_check(1)').get()!;
  if (finding !== 'ok') throw damaged(`SQLite finds ${String(finding).replaceAll(/\s+/gu, ' ')}`);
}

/** Returns the sum of all checksums, present and earlier. */
function checkHeads(database: DatabaseSync): number {
  const sql = `SELECT partition, version, now_ms, sequence, checksum, earlier FROM ${headsTable}`;
  let total = 0;
  for (const row of database.prepare(sql, { returnArrays: true }).iterate()) {
    const [partition, version, nowMs, sequence, checksum, earlier] = row as unknown as [
      string,
      number,
      number,
      number,
      number,
      number,
    ];
    assertHead(partition, { version, nowMs, sequence }, checksum);
    total = (total + checksum + earlier) % totalLimit;
  }
  return total;
}

/** Returns the sum of all checksums, present and earlier. */
function checkRecords(database: DatabaseSync, kind: string): number {
  const sql = `SELECT partition, id, body, checksum, earlier FROM "${kind}"`;
  let total = 0;
  for (const row of database.prepare(sql, { returnArrays: true }).iterate()) {
    const [partition, id, body, checksum, earlier] = row as unknown as [string, string, string, number, number];
    assertRecord(kind, partition, id, body, checksum);
    total = (total + checksum + earlier) % totalLimit;
  }
  return total;
}

/** The sequences of heads with a correct checksum. */
export function* soundSequences(database: DatabaseSync): Generator<number> {
  const sql = `SELECT partition, version, now_ms, sequence, checksum FROM ${headsTable}`;
  for (const row of database.prepare(sql, { returnArrays: true }).iterate()) {
    const [partition, version, nowMs, sequence, checksum] = row as unknown as [string, number, number, number, number];
    if (headChecksum(partition, { version, nowMs, sequence }) === checksum) yield sequence;
  }
}

export function assertHead(partition: string, head: Head, checksum: number): void {
  if (headChecksum(partition, head) !== checksum) throw damaged('the head of a partition is not what was written');
}

export function assertRecord(kind: string, partition: string, id: string, body: string, checksum: number): void {
  if (recordChecksum(kind, partition, id, body) !== checksum)
    throw damaged(`a record of ${kind} is not what was written`);
}
