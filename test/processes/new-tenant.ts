import { randomUUID } from 'node:crypto';

import type { IssuedApiKey, PutTierRequest, Tenant } from '@holdfast/contract';

import type { WireClient, WireRequest } from '../faults/wire-client.ts';

/** Somebody who has a tier of his own, and a key. */
export interface NewTenant {
  readonly tenantId: string;
  readonly tier: string;
  readonly keyId: string;
  readonly apiKey: string;
}

/** All figures of a tier, which limit nothing. */
const noLimits: PutTierRequest = {
  ops_per_minute: null,
  ops_per_day: null,
  concurrent_locks: null,
  api_keys: null,
  event_history_hours: null,
};

/** @param limits - What his tier limits. */
export async function createNewTenant(admin: WireClient, limits: Partial<PutTierRequest> = {}): Promise<NewTenant> {
  const tier = `tier-${randomUUID()}`;
  await ask(admin, { operationId: 'putTier', path: { name: tier }, body: { ...noLimits, ...limits } });
  const tenant = await ask<Tenant>(admin, { operationId: 'createTenant', body: { name: 'Acme', tier } });
  const { id: keyId, api_key: apiKey } = await createNewKey(admin, tenant.id);
  return { tenantId: tenant.id, tier, keyId, apiKey: apiKey ?? '' };
}

export function createNewKey(admin: WireClient, tenantId: string, settings: object = {}): Promise<IssuedApiKey> {
  const body = { tenant_id: tenantId, environment: 'live', label: 'key', ...settings };
  return ask<IssuedApiKey>(admin, { operationId: 'createApiKey', body });
}

/** Makes a request that must succeed. */
export async function ask<Result>(client: WireClient, request: WireRequest): Promise<Result> {
  const { status, body } = await client.send(request);
  if (status >= 300) throw new Error(`${request.operationId} was answered with ${status}: ${body}`);
  return JSON.parse(body) as Result;
}
