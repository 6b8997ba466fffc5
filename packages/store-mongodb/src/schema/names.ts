import type { RecordKind } from '@holdfast/engine/store';

/** All heads and records. */
export const recordsCollection = 'all_records';
export const writeCheckCollection = 'write_check';
export const turnsCollection = 'write_turns';
export const sequenceFloorCollection = 'sequence_floor';
export const clockCollection = 'shared_clock';

export const carryOverCollection = 'carry_over';

/** Where earlier versions kept the heads, beside a collection for each kind. */
export const oldHeadsCollection = 'heads';

/** Of a kind. */
export const mostIndexes = 8;

const kindNames = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const indexNames = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Names become parts of ids and of index keys, so they are checked at the start. */
export function assertKinds(kinds: readonly RecordKind[]): void {
  for (const { name, indexes } of kinds) {
    if (!kindNames.test(name) || name === oldHeadsCollection) throw new Error(`No kind can be named "${name}".`);
    if (Object.keys(indexes).length > mostIndexes)
      throw new Error(`The kind ${name} has more than ${mostIndexes} indexes.`);
    const badIndex = Object.keys(indexes).find((index) => !indexNames.test(index));
    if (badIndex !== undefined) throw new Error(`The kind ${name} can't have an index named "${badIndex}".`);
  }
}

export const dueIndexName = 'due time';
export const purgeIndexName = 'purge time';
