import type { DatabaseSync } from 'node:sqlite';

import type { RecordKind, RecordValue } from '@holdfast/engine/store';

import { checkContent } from '../integrity/check-file.ts';
import type { Rows } from '../rows.ts';
import { writeDefinition } from './definitions.ts';
import { oldHeads, oldHeadsTable, oldKindTables, oldRecords } from './old-file.ts';
import { headId, headKind } from './tables.ts';

/**
 * Carries a file of an earlier schema over to the tables of today, in the caller's transaction, so that a kill leaves
 * it unchanged. Its checksums are calculated anew, which would confirm damaged rows, so it is checked first.
 */
export function carryOver(database: DatabaseSync, version: number, rows: Rows, kinds: readonly RecordKind[]): void {
  checkContent(database);
  for (const { partition, head } of oldHeads(database, version)) {
    rows.insert(headKind, partition, headId, head as unknown as RecordValue);
  }
  database.exec(`DROP TABLE ${oldHeadsTable}`);
  for (const name of oldKindTables(database)) {
    const kind = kinds.find((known) => known.name === name) ?? { name, indexes: {} };
    for (const { partition, id, value } of oldRecords(database, name)) rows.insert(kind, partition, id, value);
    database.exec(`DROP TABLE "${name}"`);
    writeDefinition(database, kind);
  }
}
