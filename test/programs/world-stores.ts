import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';
import { createMemoryStore } from '@holdfast/store-memory';
import { openMongoStore } from '@holdfast/store-mongodb';
import { openSqliteStore } from '@holdfast/store-sqlite';

/** Where what a story brings about is kept, also when its process dies. */
export interface StoryStore {
  open(): Promise<Store>;
  /** What is left of a process that has died. */
  letGo(store: Store): Promise<void>;
  dispose(): Promise<void>;
}

export async function createMemory(): Promise<StoryStore> {
  const store = createMemoryStore({ kinds: recordKinds });
  return { open: async () => store, letGo: async () => {}, dispose: () => store.close() };
}

/** Every process opens the file anew. */
export async function createSqlite(): Promise<StoryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-story-'));
  return {
    open: () => openSqliteStore({ file: join(folder, 'holdfast.sqlite'), kinds: recordKinds }),
    letGo: (store) => store.close(),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** For many stories, each of which has a tenant of its own: a database takes longer to make than a story to play. */
export async function createMongodb(uri: string): Promise<StoryStore> {
  const store = await openMongoStore({ uri, database: `story-${randomUUID().slice(0, 13)}`, kinds: recordKinds });
  return { open: async () => store, letGo: async () => {}, dispose: () => store.close() };
}
