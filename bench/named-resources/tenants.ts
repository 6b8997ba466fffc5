import { hash } from 'node:crypto';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';

import { apiKeyOf } from '../holdfast/api-key.ts';
import type { HoldfastStore } from '../holdfast/holdfast-server.ts';
import { openStore } from '../holdfast/open-store.ts';

const keysPerCommit = 1_000;
const commitTimeoutMs = 30_000;

/**
 * Writes the API keys of tenants into a store that no server has open. There is no operation yet that adds a second
 * one. Number 0 is left to the server, which creates its first tenant when it starts.
 */
export async function addTenants(options: HoldfastStore, count: number): Promise<void> {
  const store = await openStore(options);
  try {
    for (let first = 1; first < count; first += keysPerCommit) {
      await addKeys(store, first, Math.min(first + keysPerCommit, count));
    }
  } finally {
    await store.close();
  }
}

async function addKeys(store: Store, first: number, end: number): Promise<void> {
  const kind = recordKinds.find(({ name }) => name === 'api-keys');
  if (kind === undefined) throw new Error('The engine keeps API keys under another name by now.');
  const writes = Array.from({ length: end - first }, (_, index) => {
    const tenantId = `tenant-${first + index}`;
    const key = { kind, partition: 'holdfast/access', id: hash('sha256', apiKeyOf(first + index)) };
    const value = { label: `key of ${tenantId}`, tenantId, environment: 'live', createdAtMs: 0 };
    return { type: 'insert', key, value } as const;
  });
  const result = await store.commit({ heads: [], writes, nowMs: 0 }, commitTimeoutMs);
  if (result.status !== 'committed') throw new Error(`The keys of tenants could not be added: ${result.status}.`);
}
