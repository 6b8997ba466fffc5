import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';

import type { Head, RecordValue } from '@holdfast/engine/store';

import { assertRecord, totalLimit } from '../integrity/checksums.ts';
import { damaged } from '../integrity/damage.ts';
import { readState } from '../integrity/file-state.ts';
import { isKindName, kindsTable, rowTables } from './tables.ts';

/**
 * Files of schema 1 and 2 have a table for each kind, and one of heads. Since 2, each row has its checksum and the sum
 * of its earlier ones, and the file the total of both.
 */
export const oldHeadsTable = 'heads';

interface OldRecord {
  readonly partition: string;
  readonly id: string;
  readonly value: RecordValue;
}

interface OldHead {
  readonly partition: string;
  readonly head: Head;
  readonly isSound: boolean;
  readonly checksums: number;
}

type HeadRow = [partition: string, version: number, nowMs: number, sequence: number, checksum: number, earlier: number];

/** The tables of all kinds in the file, known or not. */
export function oldKindTables(database: DatabaseSync): string[] {
  const others: readonly string[] = [oldHeadsTable, ...rowTables, kindsTable];
  const rows = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all();
  return rows.map(({ name }) => String(name)).filter((name) => isKindName(name) && !others.includes(name));
}

export function* oldRecords(database: DatabaseSync, table: string): Generator<OldRecord> {
  const sql = `SELECT partition, id, body FROM "${table}"`;
  for (const row of database.prepare(sql, { returnArrays: true }).iterate()) {
    const [partition, id, body] = row as unknown as [string, string, string];
    yield { partition, id, value: JSON.parse(body) as RecordValue };
  }
}

export function* oldHeads(database: DatabaseSync, version: number): Generator<OldHead> {
  const checksums = version === 1 ? '0, 0' : 'checksum, earlier';
  const sql = `SELECT partition, version, now_ms, sequence, ${checksums} FROM ${oldHeadsTable}`;
  for (const row of database.prepare(sql, { returnArrays: true }).iterate()) {
    const [partition, headVersion, nowMs, sequence, checksum, earlier] = row as unknown as HeadRow;
    const isSound = version === 1 || crc32(`${partition}\0${headVersion}\0${nowMs}\0${sequence}`) === checksum;
    yield { partition, head: { version: headVersion, nowMs, sequence }, isSound, checksums: checksum + earlier };
  }
}

/** Schema 1 has no checksums: it is sound as far as its pages and JSON are. */
export function checkOldRows(database: DatabaseSync, version: number): void {
  let total = 0;
  for (const { isSound, checksums } of oldHeads(database, version)) {
    if (!isSound) throw damaged('the head of a partition is not what was written');
    total = (total + checksums) % totalLimit;
  }
  for (const table of oldKindTables(database)) total = (total + checkOldRecords(database, table, version)) % totalLimit;
  if (version > 1 && total !== readState(database)?.total)
    throw damaged('records are missing, or older than they should be');
}

/** Returns the sum of all checksums, present and earlier. */
function checkOldRecords(database: DatabaseSync, kind: string, version: number): number {
  if (version === 1) {
    const { broken } = database.prepare(`SELECT count(*) AS broken FROM "${kind}" WHERE NOT json_valid(body)`).get()!;
    if (broken !== 0) throw damaged(`a record of ${kind} is not what was written`);
    return 0;
  }
  let total = 0;
  const sql = `SELECT partition, id, body, checksum, earlier FROM "${kind}"`;
  for (const row of database.prepare(sql, { returnArrays: true }).iterate()) {
    const [partition, id, body, checksum, earlier] = row as unknown as [string, string, string, number, number];
    assertRecord(kind, partition, id, body, checksum);
    total = (total + checksum + earlier) % totalLimit;
  }
  return total;
}
