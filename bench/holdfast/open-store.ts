import { join } from 'node:path';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';

import type { HoldfastStore } from './holdfast-server.ts';

/** Opens a store that no server has open, to fill it faster than a server would. */
export async function openStore(options: HoldfastStore): Promise<Store> {
  if (options.type === 'mongodb') {
    const { openMongoStore } = await import('@holdfast/store-mongodb');
    return openMongoStore({ ...options, kinds: recordKinds });
  }
  const { openSqliteStore } = await import('@holdfast/store-sqlite');
  return openSqliteStore({ file: join(options.dataDirectory, 'holdfast.sqlite'), kinds: recordKinds });
}
