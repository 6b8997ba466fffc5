import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';
import { createMemoryStore } from '@holdfast/store-memory';
import { openMongoStore } from '@holdfast/store-mongodb';
import { openSqliteStore } from '@holdfast/store-sqlite';

import { dropDatabase } from '../carry-over/databases.ts';

/** A store with nothing in it. */
export interface FreshStore {
  readonly store: Store;
  dispose(): Promise<void>;
}

export async function createMemory(): Promise<FreshStore> {
  const store = createMemoryStore({ kinds: recordKinds });
  return { store, dispose: () => store.close() };
}

export async function createSqlite(): Promise<FreshStore> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-scenarios-'));
  const store = await openSqliteStore({ file: join(folder, 'holdfast.sqlite'), kinds: recordKinds });
  return {
    store,
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A database of its own. It is dropped in the end: a mongod keeps each of a database's hundred files open. */
export async function createMongodb(uri: string): Promise<FreshStore> {
  const database = `scenarios-${randomUUID().slice(0, 13)}`;
  const store = await openMongoStore({ uri, database, kinds: recordKinds });
  return {
    store,
    async dispose() {
      await store.close();
      await dropDatabase(uri, database);
    },
  };
}
