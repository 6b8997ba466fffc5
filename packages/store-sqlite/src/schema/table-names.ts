import type { DatabaseSync } from 'node:sqlite';

import type { RecordKind } from '@holdfast/engine/store';

/** Tables of the store's own. A kind's name has no underscore, and `heads` is refused. */
export const headsTable = 'heads';
export const writeCheckTable = 'write_check';
export const roomCheckTable = 'room_check';
export const clockTable = 'holdfast_clock';
export const sequenceFloorTable = 'sequence_floor';
export const stateTable = 'file_state';

const kindNames = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const fieldNames = /^[A-Za-z][A-Za-z0-9]*$/;
const indexNames = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Names go into statements verbatim, so they are checked at the start; values never do. */
export function assertKindNames(kinds: readonly RecordKind[]): void {
  for (const kind of kinds) {
    if (!kindNames.test(kind.name) || kind.name === headsTable) throw new Error(`No kind can be named "${kind.name}".`);
    const badField = fieldsOf(kind).find((field) => !fieldNames.test(field));
    if (badField !== undefined) throw new Error(`The kind ${kind.name} can't index a field named "${badField}".`);
    const badIndex = Object.keys(kind.indexes).find((name) => !indexNames.test(name));
    if (badIndex !== undefined) throw new Error(`The kind ${kind.name} can't have an index named "${badIndex}".`);
  }
}

/** The fields with a column of their own, next to the JSON text of the whole value. */
export function fieldsOf({ indexes, dueField, purgeField }: RecordKind): string[] {
  const times = [dueField, purgeField].filter((field) => field !== undefined);
  return [...new Set([...Object.values(indexes).flat(), ...times])];
}

/** The tables of all kinds in the file, known or not. Other tools' begin with `_`. */
export function recordTablesIn(database: DatabaseSync): string[] {
  const rows = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all();
  return rows.map(({ name }) => String(name)).filter((name) => kindNames.test(name) && name !== headsTable);
}

export function tableOf(kind: RecordKind): string {
  return `"${kind.name}"`;
}

/** The dot avoids a clash of fields named `id` or `body` with those columns. */
export function columnOf(field: string): string {
  return `"value.${field}"`;
}

export function indexOf(kind: RecordKind, index: string): string {
  return `"${kind.name}.${index}"`;
}

/** The two indexes that no kind can define, because of the space in their names. */
export function dueIndexOf(kind: RecordKind): string {
  return indexOf(kind, 'due time');
}

export function purgeIndexOf(kind: RecordKind): string {
  return indexOf(kind, 'purge time');
}
