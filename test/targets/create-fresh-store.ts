import { inject } from 'vitest';

import { createMemory, createMongodb, createSqlite } from './fresh-stores.ts';
import type { FreshStore } from './fresh-stores.ts';
import type { TargetName } from './target.ts';

export type StoreName = Exclude<TargetName, 'mocks'>;

/** A store with nothing in it, for the server that is the target of that name. */
export async function createFreshStore(name: StoreName): Promise<FreshStore> {
  switch (name) {
    case 'memory':
      return createMemory();
    case 'sqlite':
      return createSqlite();
    case 'mongodb':
      return createMongodb(mongodbUri());
  }
}

function mongodbUri(): string {
  const uri = inject('mongodbUri');
  if (uri === undefined) throw new Error('There is no MongoDB in this run.');
  return uri;
}
