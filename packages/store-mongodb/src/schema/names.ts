import type { RecordKind } from '@holdfast/engine/store';

/** Collections of the store's own. A kind's name has no underscore, and `heads` is refused. */
export const headsCollection = 'heads';
export const writeCheckCollection = 'write_check';
export const turnsCollection = 'write_turns';
export const sequenceFloorCollection = 'sequence_floor';
export const clockCollection = 'shared_clock';

const kindNames = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const fieldNames = /^[A-Za-z][A-Za-z0-9]*$/;
const indexNames = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Names become names of collections, indexes and paths, so they are checked at the start; values never do. */
export function assertKindNames(kinds: readonly RecordKind[]): void {
  for (const kind of kinds) {
    if (!kindNames.test(kind.name) || kind.name === headsCollection) {
      throw new Error(`No kind can be named "${kind.name}".`);
    }
    const badField = indexedFields(kind).find((field) => !fieldNames.test(field));
    if (badField !== undefined) throw new Error(`The kind ${kind.name} can't index a field named "${badField}".`);
    const badIndex = Object.keys(kind.indexes).find((name) => !indexNames.test(name));
    if (badIndex !== undefined) throw new Error(`The kind ${kind.name} can't have an index named "${badIndex}".`);
  }
}

/** The fields copied out of the body for MongoDB to index. */
export function indexedFields(kind: RecordKind): string[] {
  return [...new Set(Object.values(kind.indexes).flat())];
}

/** The two indexes that no kind can define, because of the space in their names. */
export const dueIndexName = 'due time';
export const purgeIndexName = 'purge time';
