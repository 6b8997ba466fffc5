import { createCaller } from '@holdfast/engine';
import type { Caller, SeededKey, SeededTenant } from '@holdfast/engine';

import { readApiKey, standIns } from './api-keys.ts';
import type { MockApiKey } from './api-keys.ts';
import { readTenants } from './tenants.ts';
import type { MockTenant } from './tenants.ts';
import { readTiers } from './tiers.ts';
import type { MockTier, Tiers } from './tiers.ts';

/** Who may ask, and how much. What `/v1/admin` makes of it lasts until {@link HoldfastMock.reset}. */
export interface AccessOptions {
  /**
   * The valid API keys: strings for keys of one tenant, objects for keys of several. Absent: every key is valid, and
   * may do everything. The first one's owner owns what is seeded.
   */
  readonly apiKeys?: readonly (string | MockApiKey)[] | undefined;
  /** The tier of all tenants that nothing else names one for. Default `unlimited`. */
  readonly tier?: string | undefined;
  /** Tiers by name, besides those of a new server: `free`, `starter`, `pro`, `enterprise` and `unlimited`. */
  readonly tiers?: Readonly<Record<string, MockTier>> | undefined;
  /** What holds for tenants. Those of the keys needn't be named here. */
  readonly tenants?: readonly MockTenant[] | undefined;
}

/** What a mock starts with. */
export interface AccessSettings {
  readonly tiers: Tiers;
  readonly tenants: readonly SeededTenant[];
  readonly apiKeys: readonly (SeededKey & { readonly apiKey: string })[];
  /** Whether a key that nobody has created is good. */
  readonly isAnyKeyValid: boolean;
  /** Who seeds: the owner of the first key, who may do everything without limits. */
  readonly seeder: Caller;
}

/** @throws TypeError if the options make no sense. */
export function readAccessSettings(options: AccessOptions): AccessSettings {
  const { apiKeys: given = Object.values(standIns), tenants: givenTenants = [], tier: usualTier } = options;
  const tiers = readTiers(options.tiers ?? {});
  const keys = given.map(readApiKey);
  const tenants = readTenants({ given: givenTenants, keys, tiers, usualTier });
  const tenantOf = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  const apiKeys = keys.map((key) => ({ ...key, tier: tenantOf.get(key.tenantId)!.tier }));
  const { tenantId, environment, label } = apiKeys[0] ?? readApiKey(standIns.live);
  const requireRegistration = tenantOf.get(tenantId)?.requireRegistration ?? undefined;
  return {
    tiers,
    tenants,
    apiKeys,
    isAnyKeyValid: options.apiKeys === undefined,
    seeder: createCaller({ tenantId, environment, apiKeyLabel: label, requireRegistration }),
  };
}
