import type { PutTierRequest } from '@holdfast/contract';

import type { KnownAccess } from './administration-known.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Write } from './wire-client.ts';

/** All figures of a tier, which limit nothing. */
const noLimits: PutTierRequest = {
  ops_per_minute: null,
  ops_per_day: null,
  concurrent_locks: null,
  api_keys: null,
  event_history_hours: null,
};

/** How many operations a day the tenant has that is held to its limit. */
export const dailyLimit = 60;
export const limitedTier = 'sixty-a-day';

const issuer = {
  issuer: 'https://id.example.com',
  audience: 'holdfast',
  jwks_uri: 'https://id.example.com/jwks.json',
  scopes: ['resources:read'],
};

/** With this much beside it, a tenant fills some pages of the log, so that a checkpoint is due before long. */
const padding = { padding: 'x'.repeat(3_000) };

/** What is to be there before the load begins. */
export function preparations(): readonly Write[] {
  return [
    { operationId: 'putTier', path: { name: limitedTier }, body: { ...noLimits, ops_per_day: dailyLimit } },
    { operationId: 'putJwtIssuer', body: issuer },
  ];
}

/** Writes at random, of workers who know what is theirs. */
export class AccessDraws {
  readonly #random: SeededRandom;
  #drawn = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  draw(worker: number, known: KnownAccess): Write {
    const random = this.#random;
    const tenants = [...known.tenants].flatMap(([id, tenant]) => (tenant.worker === worker ? [id] : []));
    const keys = [...known.keys].flatMap(([id, key]) => (key.worker === worker ? [id] : []));
    this.#drawn += 1;
    const kind = random.fraction();
    if (tenants.length === 0 || kind < 0.05) return this.#tenant(worker);
    if (kind < 0.2) return this.#tier(worker);
    if (kind < 0.35)
      return this.#tenantChange(random.pick(tenants), known.tiers.has(tierOf(worker)) ? tierOf(worker) : 'unlimited');
    if (keys.length === 0 || kind < 0.6) return this.#key(random.pick(tenants));
    // The newest ones: most of the others are revoked by now.
    return this.#keyChange(random.pick(keys.slice(-4)));
  }

  #tenant(worker: number): Write {
    return { operationId: 'createTenant', body: { name: `of worker ${worker}`, tier: 'unlimited', metadata: padding } };
  }

  #tier(worker: number): Write {
    const path = { name: tierOf(worker) };
    if (this.#random.chance(0.4)) return { operationId: 'deleteTier', path };
    return {
      operationId: 'putTier',
      path,
      body: { ...noLimits, ops_per_day: 1_000_000 + this.#random.integer(1_000) },
    };
  }

  #tenantChange(tenantId: string, tier: string): Write {
    const random = this.#random;
    const body = random.pick([
      { suspended: random.chance(0.3) },
      { name: `renamed ${this.#drawn}` },
      { tier: random.pick([tier, 'unlimited']) },
    ]);
    return { operationId: 'updateTenant', path: { tenant_id: tenantId }, body };
  }

  #key(tenantId: string): Write {
    const random = this.#random;
    const body = {
      tenant_id: tenantId,
      environment: random.pick(['live', 'test']),
      label: `key ${this.#drawn}`,
      ...(random.chance(0.3) ? { scopes: ['resources:read'] } : {}),
    };
    return { operationId: 'createApiKey', body };
  }

  #keyChange(id: string): Write {
    const path = { api_key_id: id };
    return this.#random.pick<Write>([
      { operationId: 'revokeApiKey', path },
      { operationId: 'rotateApiKey', path, body: {} },
      { operationId: 'rotateApiKey', path, body: { overlap_seconds: 86_400 } },
      { operationId: 'updateApiKey', path, body: { label: `changed ${this.#drawn}` } },
    ]);
  }
}

function tierOf(worker: number): string {
  return `of-worker-${worker}`;
}
