import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { BSON, MongoClient } from 'mongodb';
import type { CreateCollectionOptions, Document, IndexDescription } from 'mongodb';

import type { Recording } from './recording.ts';

export const fixtureFile = (name: string) => join(import.meta.dirname, 'fixtures', name);

export function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(fixtureFile(`${name}.answers.json`), 'utf8')) as Recording;
}

/** A line for each exchange, so that a difference can be read. */
export function writeRecording(name: string, { writes, reads, ...times }: Recording): void {
  const lines = (exchanges: readonly object[]) => `[\n${exchanges.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
  const head = JSON.stringify(times).slice(1, -1);
  writeFileSync(
    fixtureFile(`${name}.answers.json`),
    `{${head},\n"writes": ${lines(writes)},\n"reads": ${lines(reads)}}\n`,
  );
}

/** Everything that a database is made of: with its validators and indexes, as the version that made it defined them. */
interface DumpedCollection {
  /** Of a collection or a view. */
  readonly name: string;
  readonly options: CreateCollectionOptions;
  readonly indexes: readonly IndexDescription[];
  readonly documents: readonly Document[];
}

export async function dumpDatabase(uri: string, database: string, file: string): Promise<void> {
  await withDatabase(uri, database, async (db) => {
    const dumped: DumpedCollection[] = [];
    const found = await db.listCollections<{ name: string; type: string; options?: Document }>().toArray();
    for (const { name, type, options = {} } of found) {
      if (name === 'system.views') continue;
      if (type === 'view') {
        dumped.push({ name, options, indexes: [], documents: [] });
        continue;
      }
      const indexes = (await db.collection(name).indexes()).filter((index) => index.name !== '_id_');
      const documents = await db
        .collection(name)
        .find({}, { sort: { _id: 1 } })
        .toArray();
      dumped.push({ name, options, indexes: indexes.map(({ v: _version, ...index }) => index), documents });
    }
    dumped.sort((one, other) => (one.name < other.name ? -1 : 1));
    writeFileSync(file, gzipSync(BSON.EJSON.stringify(dumped, { relaxed: false })));
  });
}

export async function loadDatabase(uri: string, database: string, file: string): Promise<void> {
  const dumped = BSON.EJSON.parse(gunzipSync(readFileSync(file)).toString(), { relaxed: false }) as DumpedCollection[];
  await withDatabase(uri, database, async (db) => {
    for (const { name, options, indexes, documents } of dumped) {
      const collection = await db.createCollection(name, options);
      if (indexes.length > 0) await collection.createIndexes([...indexes]);
      if (documents.length > 0) await collection.insertMany([...documents]);
    }
  });
}

export async function dropDatabase(uri: string, database: string): Promise<void> {
  await withDatabase(uri, database, async (db) => void (await db.dropDatabase()));
}

async function withDatabase(uri: string, name: string, work: (db: ReturnType<MongoClient['db']>) => Promise<void>) {
  const client = new MongoClient(uri);
  try {
    await work(client.db(name));
  } finally {
    await client.close();
  }
}
