/** A database as earlier versions made it: a collection of heads, and one for each kind. */
import type { Head, RecordKey, RecordKind, RecordValue } from '@holdfast/engine/store';
import type { Db, Document } from 'mongodb';

export const items: RecordKind = {
  name: 'items',
  indexes: { byOwner: ['owner', 'rank'], byRank: ['rank'] },
  dueField: 'dueAtMs',
  purgeField: 'purgeAtMs',
};
export const notes: RecordKind = { name: 'a-note', indexes: {} };
export const kinds: readonly RecordKind[] = [items, notes];

/** How far Holdfast's time was behind the database's clock. */
export const oldBehindMs = 5_000;

export interface OldRecords {
  readonly heads: Readonly<Record<string, Head>>;
  readonly records: readonly { readonly key: RecordKey; readonly value: RecordValue }[];
}

const text = { bsonType: 'string' };
const number = { bsonType: ['int', 'long', 'double'] };
const strictly = (properties: Document, required: readonly string[]) => ({
  $jsonSchema: { bsonType: 'object', required, properties, additionalProperties: false },
});

const headValidator = strictly({ _id: text, tenant: text, version: number, nowMs: number, sequence: number }, [
  '_id',
  'tenant',
  'version',
  'nowMs',
  'sequence',
]);
const recordValidator = strictly(
  {
    _id: text,
    tenant: text,
    partition: text,
    id: text,
    fields: { bsonType: 'object', additionalProperties: { bsonType: ['string', ...number.bsonType] } },
    dueAtMs: number,
    purgeAt: { bsonType: 'date' },
    body: text,
  },
  ['_id', 'tenant', 'partition', 'id', 'body'],
);

/** What the old version inserted for a record of `items` or `notes`. */
export function oldDocumentOf({ partition, id }: RecordKey, value: RecordValue): Document & { readonly _id: string } {
  const { owner, rank, dueAtMs, purgeAtMs } = value;
  return {
    _id: `${partition}\u0000${id}`,
    tenant: partition.split('/')[0],
    partition,
    id,
    ...(owner !== undefined && { fields: { owner, rank } }),
    ...(dueAtMs !== undefined && { dueAtMs }),
    ...(purgeAtMs !== undefined && { purgeAt: new Date(Number(purgeAtMs) + oldBehindMs) }),
    body: JSON.stringify(value),
  };
}

export async function createOldDatabase(database: Db, { heads, records }: OldRecords): Promise<void> {
  const oldHeads = await database.createCollection<{ _id: string }>('heads', { validator: headValidator });
  await oldHeads.insertMany(Object.entries(heads).map(([_id, head]) => ({ _id, tenant: _id.split('/')[0], ...head })));
  for (const kind of kinds) {
    const collection = await database.createCollection<{ _id: string }>(kind.name, { validator: recordValidator });
    const ofKind = records.filter(({ key }) => key.kind === kind);
    if (ofKind.length > 0) await collection.insertMany(ofKind.map(({ key, value }) => oldDocumentOf(key, value)));
  }
  const floorValidator = strictly({ _id: text, floor: number }, ['_id', 'floor']);
  await database.createCollection('sequence_floor', { validator: floorValidator });
  for (const name of ['write_check', 'shared_clock', 'write_turns']) await database.createCollection(name);
  await database.collection('items').createIndex({ purgeAt: 1 }, { name: 'purge time', expireAfterSeconds: 0 });
}
