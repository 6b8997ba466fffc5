import type { IssuedApiKey, Tenant } from '@holdfast/contract';

import type { WireRequest } from '../../faults/wire-client.ts';
import type { SendOptions } from '../family.ts';
import { prepareWith } from '../prepare-with.ts';
import type { Server } from '../server.ts';

const [keyCount, tenantCount] = [3, 2];

/** How many operations a day a tenant has in a history. */
export const dailyLimit = 12;

const limitedTier = 'of-histories';

/** What the value is called that a key is made with. Later ones are called by what is displayed of them. */
export const firstValue = 'first';

/** Of keys. */
const ids = new Map<string, string>();
/** The values of each key by what they are called, the newest last. They are no part of a history. */
const values = new Map<string, Map<string, string>>();

export function keysOf(scope: string): readonly string[] {
  return Array.from({ length: keyCount }, (_, number) => `${scope}-key-${number}`);
}

/** Each has a key of the same name. */
export function tenantsOf(scope: string): readonly string[] {
  return Array.from({ length: tenantCount }, (_, number) => `${scope}-tenant-${number}`);
}

export function isTenant(name: string): boolean {
  return name.includes('-tenant-');
}

export function idOf(key: string): string {
  return ids.get(key) ?? '';
}

/** What the values are called that were heard of. */
export function knownValuesOf(key: string): readonly string[] {
  return [...(values.get(key)?.keys() ?? [])];
}

export function valueOf(key: string, name: string): string {
  return values.get(key)?.get(name) ?? '';
}

/** Takes in a key's new value; a replay doesn't have it. */
export function learnValue(key: string, name: string, { api_key: value }: IssuedApiKey): void {
  if (value !== null) values.set(key, new Map([...(values.get(key) ?? []), [name, value]]));
}

/** Makes the keys and the limited tenants of a scope. */
export async function prepareObjects(server: Server, scope: string, options: SendOptions): Promise<void> {
  const make = async <Result>(request: WireRequest) =>
    JSON.parse(await prepareWith(server, request, options)) as Result;
  const figures = { ops_per_minute: null, concurrent_locks: null, api_keys: null, event_history_hours: null };
  const tier = { ...figures, ops_per_day: dailyLimit };
  await make({ operationId: 'putTier', path: { name: limitedTier }, body: tier });
  const makeKey = async (name: string, tenantId: string) => {
    const body = { tenant_id: tenantId, environment: 'live', label: name };
    // The answer that had the value may have got lost.
    while (knownValuesOf(name).length === 0) {
      const issued = await make<IssuedApiKey>({ operationId: 'createApiKey', body });
      ids.set(name, issued.id);
      learnValue(name, firstValue, issued);
    }
  };
  for (const name of keysOf(scope)) await makeKey(name, 'default');
  for (const name of tenantsOf(scope)) {
    const tenant = await make<Tenant>({ operationId: 'createTenant', body: { name, tier: limitedTier } });
    await makeKey(name, tenant.id);
  }
}
