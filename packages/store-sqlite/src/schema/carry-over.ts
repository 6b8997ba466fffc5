import type { DatabaseSync } from 'node:sqlite';

import { checkStructure } from '../integrity/check-file.ts';
import { headChecksum, recordChecksum, totalLimit } from '../integrity/checksums.ts';
import { damaged } from '../integrity/damage.ts';
import { headsTable, recordTablesIn, stateTable } from './table-names.ts';

/**
 * Migrates a file of schema 1: gives every row its checksum, in the caller's transaction, so that a kill leaves it
 * unchanged. Rows damaged before would be confirmed by their checksum, so detectable damage is refused first.
 */
export function addChecksums(database: DatabaseSync): void {
  checkStructure(database);
  database.function('record_checksum', { deterministic: true }, recordChecksum as never);
  database.function('head_checksum', { deterministic: true }, ((
    partition: string,
    version: number,
    nowMs: number,
    sequence: number,
  ) => headChecksum(partition, { version, nowMs, sequence })) as never);
  let total = addTo(database, headsTable, 'head_checksum(partition, version, now_ms, sequence)');
  for (const kind of recordTablesIn(database)) {
    const { broken } = database.prepare(`SELECT count(*) AS broken FROM "${kind}" WHERE NOT json_valid(body)`).get()!;
    if (broken !== 0) throw damaged(`a record of ${kind} is not what was written`);
    total += addTo(database, `"${kind}"`, `record_checksum('${kind}', partition, id, body)`);
  }
  database.prepare(`UPDATE ${stateTable} SET total = ?`).run(total % totalLimit);
}

/** Returns the sum of the checksums. */
function addTo(database: DatabaseSync, table: string, checksum: string): number {
  database.exec(`
    ALTER TABLE ${table} ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE ${table} ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0;
    UPDATE ${table} SET checksum = ${checksum};
  `);
  const { total } = database.prepare(`SELECT ifnull(sum(checksum), 0) % ${totalLimit} AS total FROM ${table}`).get()!;
  return total as number;
}
