import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';
import { createMemoryStore } from '@holdfast/store-memory';
import { openMongoStore } from '@holdfast/store-mongodb';
import { openSqliteStore } from '@holdfast/store-sqlite';

/** Where what a program writes is kept, also when its process dies. */
export interface WorldStore {
  open(): Promise<Store>;
  /** What is left of a process that has died. */
  letGo(store: Store): Promise<void>;
  dispose(): Promise<void>;
}

export async function createMemory(): Promise<WorldStore> {
  const store = createMemoryStore({ kinds: recordKinds });
  return { open: async () => store, letGo: async () => {}, dispose: () => store.close() };
}

/** Every process opens the file anew. */
export async function createSqlite(): Promise<WorldStore> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-program-'));
  return {
    open: () => openSqliteStore({ file: join(folder, 'holdfast.sqlite'), kinds: recordKinds }),
    letGo: (store) => store.close(),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** For many programs, each of which has a tenant of its own: a database takes longer to make than a program to run. */
export async function createMongodb(uri: string): Promise<WorldStore> {
  const store = await openMongoStore({ uri, database: `program-${randomUUID().slice(0, 13)}`, kinds: recordKinds });
  return { open: async () => store, letGo: async () => {}, dispose: () => store.close() };
}
