import { inject } from 'vitest';

import { createMemory, createMongodb, createSqlite } from './fresh-stores.ts';
import { startMocksTarget } from './mocks-target.ts';
import { startServerTarget } from './server-target.ts';
import type { Target, TargetName } from './target.ts';

/** Starts a target with nothing in it. */
export async function startTarget(name: TargetName): Promise<Target> {
  switch (name) {
    case 'mocks':
      return startMocksTarget();
    case 'memory':
      return startServerTarget(await createMemory());
    case 'sqlite':
      return startServerTarget(await createSqlite());
    case 'mongodb':
      return startServerTarget(await createMongodb(mongodbUri()));
  }
}

function mongodbUri(): string {
  const uri = inject('mongodbUri');
  if (uri === undefined) throw new Error('There is no MongoDB in this run.');
  return uri;
}
