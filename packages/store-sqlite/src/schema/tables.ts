import type { DatabaseSync } from 'node:sqlite';

import type { RecordKind, RecordValue } from '@holdfast/engine/store';

/** Since 3, all kinds are in the same tables. */
export const schemaVersion = 3;

export function versionOf(database: DatabaseSync): number {
  return database.prepare('PRAGMA user_version').get()!['user_version'] as number;
}

/**
 * Heads, records that change, and the entries of all indexes. It is clustered by partition, so that a commit for a
 * customer changes one or two pages, however many kinds it writes.
 */
const recordsTable = 'records';
/**
 * Records of kinds that are {@link RecordKind.appendOnly}, in the order in which they came: a page takes many of them
 * before the next one is touched. By partition there is an index.
 */
const appendedTable = 'appended';
export const rowTables = [recordsTable, appendedTable] as const;
/** What each kind was when its records were written last. */
export const kindsTable = 'kinds';

export const writeCheckTable = 'write_check';
export const roomCheckTable = 'room_check';
export const clockTable = 'holdfast_clock';
export const sequenceFloorTable = 'sequence_floor';
export const stateTable = 'file_state';

/** A partition's head is a row like others; it has no id. */
export const headKind: RecordKind = { name: 'head', indexes: {} };
export const headId = '';

const kindNames = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The names of kinds and of their indexes are told apart by a dot. */
export function assertKindNames(kinds: readonly RecordKind[]): void {
  for (const { name } of kinds) {
    if (!kindNames.test(name) || name === headKind.name) throw new Error(`No kind can be named "${name}".`);
  }
}

export function isKindName(name: string): boolean {
  return kindNames.test(name);
}

/** The table of the kind's records. The entries of its indexes are in {@link recordsTable}. */
export function tableOf({ appendOnly = false }: RecordKind): (typeof rowTables)[number] {
  return appendOnly ? appendedTable : recordsTable;
}

/** An index as a kind of its own, whose keys are {@link entryKey}s and whose bodies are the records' ids. */
export function entryKind({ name }: RecordKind, index: string): RecordKind {
  return { name: `${name}.${index}`, indexes: {} };
}

export function timeIn(value: RecordValue, field: string | undefined): number | null {
  const time = field === undefined ? null : value[field];
  return typeof time === 'number' && Number.isFinite(time) ? time : null;
}
