import { createCaller, seedApiKeys } from '@holdfast/engine';
import type { Service } from '@holdfast/engine';

import { apiKeyOf } from './api-key.ts';
import { withService } from './direct-service.ts';
import type { HoldfastStore } from './holdfast-server.ts';

const keysPerCommit = 1_000;

/** A tier with every limit that there is, none of which is ever reached. */
export const limitedTier = 'limited';

/** A tier without limits, whose events have no history: none is written. */
export const eventlessTier = 'eventless';

const farAway = 1_000_000_000;

/** Keys to add: their numbers, whose they are, and what they may use. */
export interface AddedKeys {
  readonly first: number;
  readonly count: number;
  /** Default: each key has a tenant of its own. */
  readonly tenantId?: string;
  /** Default: without limits. */
  readonly tier?: string;
  /** Whether each key has a limit of its own, too. */
  readonly areLimited?: boolean | undefined;
}

/**
 * Adds keys and their tenants to a store that no server has open. Number 0 is left to the server, which creates its
 * first tenant when it starts.
 */
export async function addKeys(options: HoldfastStore, added: readonly AddedKeys[]): Promise<void> {
  await withService(options, async (service) => {
    await putTiers(service);
    for (const keys of added) {
      const { first, count } = keys;
      for (let begin = first; begin < first + count; begin += keysPerCommit) {
        const length = Math.min(keysPerCommit, first + count - begin);
        const numbers = Array.from({ length }, (_, index) => begin + index);
        await seedApiKeys(
          service,
          numbers.map((number) => toKey(number, keys)),
        );
      }
    }
  });
}

function toKey(number: number, { tenantId = `tenant-${number}`, tier = 'unlimited', areLimited }: AddedKeys) {
  return {
    apiKey: apiKeyOf(number),
    tenantId,
    environment: 'live' as const,
    label: `key ${number}`,
    scopes: null,
    tier,
    opsPerMinute: areLimited === true ? farAway : null,
  };
}

async function putTiers(service: Service): Promise<void> {
  const limits = { ops_per_minute: farAway, ops_per_day: farAway, concurrent_locks: farAway };
  const noLimits = { ops_per_minute: null, ops_per_day: null, concurrent_locks: null };
  await putTier(service, limitedTier, { ...limits, api_keys: null, event_history_hours: null });
  await putTier(service, eventlessTier, { ...noLimits, api_keys: null, event_history_hours: 0 });
}

async function putTier(service: Service, name: string, body: object): Promise<void> {
  const caller = createCaller({ tenantId: 'default', environment: 'live', apiKeyLabel: 'bench' });
  const { outcome } = await service.call({ operationId: 'putTier', caller, input: { path: { name }, body } });
  if (!outcome.ok) throw new Error(`The tier was refused: ${outcome.message}`);
}
