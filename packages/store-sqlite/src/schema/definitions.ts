import type { DatabaseSync } from 'node:sqlite';

import type { RecordKind, RecordValue } from '@holdfast/engine/store';

import { assertRecord } from '../integrity/checksums.ts';
import type { RunningTotal } from '../integrity/file-state.ts';
import type { Rows } from '../rows.ts';
import { kindsTable, rowTables } from './tables.ts';

/** Writes the records of kinds that are defined otherwise by now anew, in the caller's transaction. */
export function prepareKinds(
  database: DatabaseSync,
  rows: Rows,
  total: RunningTotal,
  kinds: readonly RecordKind[],
): void {
  for (const kind of kinds) {
    const row = database.prepare(`SELECT definition FROM ${kindsTable} WHERE name = ?`).get(kind.name);
    if (row?.['definition'] === definitionOf(kind)) continue;
    if (row !== undefined) writeAnew(database, rows, total, kind);
    writeDefinition(database, kind);
  }
}

export function writeDefinition(database: DatabaseSync, kind: RecordKind): void {
  database.prepare(`INSERT OR REPLACE INTO ${kindsTable} VALUES (?, ?)`).run(kind.name, definitionOf(kind));
}

function definitionOf({ indexes, dueField, purgeField, appendOnly }: RecordKind): string {
  return JSON.stringify({ indexes, dueField, purgeField, appendOnly });
}

function writeAnew(database: DatabaseSync, rows: Rows, total: RunningTotal, kind: RecordKind): void {
  const read = rowTables.map((table) => `SELECT partition, key, body, checksum FROM ${table} WHERE kind = $kind`);
  database.prepare(`CREATE TEMP TABLE taken_out AS ${read.join(' UNION ALL ')}`).run({ kind: kind.name });
  for (const table of rowTables) {
    const deleted = database.prepare(`DELETE FROM ${table}
      WHERE kind = $kind OR substr(kind, 1, length($kind) + 1) = $kind || '.' RETURNING checksum`);
    for (const { checksum } of deleted.iterate({ kind: kind.name })) total.subtract(checksum as number);
  }
  for (const row of database.prepare('SELECT * FROM taken_out', { returnArrays: true }).iterate()) {
    const [partition, id, body, checksum] = row as unknown as [string, string, string, number];
    assertRecord(kind.name, partition, id, body, checksum);
    rows.insert(kind, partition, id, JSON.parse(body) as RecordValue);
  }
  database.exec('DROP TABLE taken_out');
}
