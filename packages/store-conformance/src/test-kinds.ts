import type { RecordKind } from '@holdfast/engine/store';

/** Has everything that a kind can have: indexes of one and two fields, strings and numbers, due and purge times. */
export const tickets: RecordKind = {
  name: 'tickets',
  indexes: { byOwner: ['owner'], 'by-rank': ['rank'], byOwnerAndRank: ['owner', 'rank'] },
  dueField: 'dueAtMs',
  purgeField: 'purgeAtMs',
};

/** Uses one field for an index and as its purge time, as a history does. */
export const happenings: RecordKind = {
  name: 'past-happenings',
  indexes: { byTime: ['atMs', 'sequence'] },
  purgeField: 'atMs',
};

/** Has ids and nothing else. */
export const notes: RecordKind = { name: 'notes', indexes: {} };

/** Is never put. */
export const receipts: RecordKind = {
  name: 'receipts',
  indexes: { byOwner: ['owner'] },
  dueField: 'dueAtMs',
  purgeField: 'purgeAtMs',
  appendOnly: true,
};

export const testKinds: readonly RecordKind[] = [tickets, happenings, notes, receipts];

/**
 * Some moment far ahead: a database that deletes by its own clock what is past its purge time leaves the tests'
 * records alone, whatever they say is now.
 */
export const startMs = Date.parse('2100-01-01T00:00:00Z');

/** Long enough for a slow machine; no test waits for it. */
export const deadlineMs = 10_000;

let partitionCount = 0;

/** A partition that no other test uses. */
export function newPartition(): string {
  partitionCount += 1;
  return `tenant-${partitionCount}/live`;
}
