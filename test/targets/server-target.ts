import { hash } from 'node:crypto';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';
import { readConfig, startServer } from '@holdfast/server';

import type { FreshStore } from './fresh-stores.ts';
import { createMovableClock } from './movable-clock.ts';
import { apiKeys } from './target.ts';
import type { Target } from './target.ts';

/** The reference server over real HTTP, which checks the contract with a second validator as well. */
export async function startServerTarget({ store, dispose }: FreshStore): Promise<Target> {
  const clock = createMovableClock();
  await addApiKey(store, apiKeys.test, { tenantId: 'default', environment: 'test' });
  await addApiKey(store, apiKeys.otherTenant, { tenantId: 'other', environment: 'live' });
  const config = readConfig({
    PORT: '0',
    HOLDFAST_STORE: 'memory',
    HOLDFAST_BOOTSTRAP_API_KEY: apiKeys.live,
    HOLDFAST_CHECK_CONTRACT: 'true',
    HOLDFAST_LOG_LEVEL: 'warn',
  });
  const server = await startServer({ config, store, now: clock.now });
  return {
    clock,
    fetch: (path, init) => fetch(`${server.url}${path}`, init),
    sweep: () => server.sweep(),
    async dispose() {
      await server.stop();
      await dispose();
    },
  };
}

interface Owner {
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
}

/** There is no operation yet that adds a second API key, so it is written into the store as the first one would be. */
async function addApiKey(store: Store, apiKey: string, owner: Owner): Promise<void> {
  const kind = recordKinds.find(({ name }) => name === 'api-keys');
  if (kind === undefined) throw new Error('The engine keeps API keys under another name by now.');
  const key = { kind, partition: 'holdfast/access', id: hash('sha256', apiKey) };
  const value = { label: `key of ${owner.tenantId}`, ...owner, createdAtMs: 0 };
  await store.commit({ heads: [], writes: [{ type: 'insert', key, value }], nowMs: 0 }, 10_000);
}
