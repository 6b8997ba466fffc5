import { hash, randomUUID } from 'node:crypto';

import { defaultCapacitySettings, scopes, seedApiKeys, Service } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';

/** An API key, and whom it belongs to. */
export interface OwnedKey {
  readonly apiKey: string;
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
  /** Whether it may change what holds for all tenants. Default true. */
  readonly isAdmin?: boolean;
}

/**
 * Adds API keys with values of the test's choice, before a server starts on the store.
 *
 * @param nowMs - When their tenants are created, if anybody looks at it.
 */
export async function addApiKeys(store: Store, keys: readonly OwnedKey[], nowMs = 0): Promise<void> {
  const seeded = keys.map(({ apiKey, tenantId, environment, isAdmin = true }) => ({
    apiKey,
    tenantId,
    environment,
    label: labelOf(tenantId),
    scopes: isAdmin ? scopes : null,
    tier: 'unlimited',
    opsPerMinute: null,
  }));
  await seedApiKeys(createService(store, nowMs), seeded);
}

/** The name in events of a key that {@link addApiKeys} added. */
export function labelOf(tenantId: string): string {
  return `key of ${tenantId}`;
}

function createService(store: Store, nowMs: number): Service {
  const environment = {
    now: () => nowMs,
    elapsedMs: () => performance.now(),
    newToken: randomUUID,
    newUuid: randomUUID,
    sha256: (text: string) => hash('sha256', text),
    schedule: setImmediate,
    delay: () => Promise.resolve(),
    random: Math.random,
  };
  const settings = { ...defaultCapacitySettings, requireRegistration: false, eventHistoryMs: 1_000 };
  return new Service(store, environment, { ...settings, requestTimeoutMs: 60_000 });
}
