import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** What something else may have done to the file of a version. */
export const damages: readonly (readonly [what: string, version: number, damage: (file: string) => void])[] = [
  ['a page', 1, (file) => writeFileSync(file, readFileSync(file).fill(0, 5 * 4_096, 5 * 4_096 + 8))],
  ['a record', 4, (file) => change(file, `UPDATE "credit-entries" SET body = body || ' '`)],
  ['a row that is gone', 4, (file) => change(file, `DELETE FROM idempotency WHERE id LIKE '%carry-over-7'`)],
];

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}
