import { hash } from 'node:crypto';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';

/** An API key, and whom it belongs to. */
export interface OwnedKey {
  readonly apiKey: string;
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
  /** Whether it may change what holds for all tenants. Default true. */
  readonly isAdmin?: boolean;
}

/** There is no operation yet that adds a further API key, so they are written into the store as the first one would be. */
export async function addApiKeys(store: Store, keys: readonly OwnedKey[]): Promise<void> {
  const kind = recordKinds.find(({ name }) => name === 'api-keys');
  if (kind === undefined) throw new Error('The engine keeps API keys under another name by now.');
  const writes = keys.map(({ apiKey, tenantId, environment, isAdmin = true }) => ({
    type: 'insert' as const,
    key: { kind, partition: 'holdfast/access', id: hash('sha256', apiKey) },
    value: { label: labelOf(tenantId), tenantId, environment, createdAtMs: 0, isAdmin },
  }));
  await store.commit({ heads: [], writes, nowMs: 0 }, 10_000);
}

/** The name in events of a key that {@link addApiKeys} added. */
export function labelOf(tenantId: string): string {
  return `key of ${tenantId}`;
}
