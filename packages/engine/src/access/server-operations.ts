import type { Caller } from '../caller.ts';
import type { Command } from '../kernel/command.ts';
import { recordKey } from '../kernel/record-access.ts';
import { accessPartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import type { Service } from '../service.ts';
import { isRefused } from '../shared/outcomes.ts';
import { accessCommand } from './commands.ts';
import {
  createFirstKey as createKey,
  firstTenantId,
  idOfHash,
  seedKey,
  seedTenants as putTenants,
} from './first-keys.ts';
import type { FirstKeyCommand, SeededKey, SeededTenant } from './first-keys.ts';
import { checkKeyForm, displayOf, toKeyText } from './key-form.ts';
import { tenantKind } from './records.ts';
import type { AccessState } from './state.ts';
import type { TierSettings } from './tiers.ts';

/** Who seeds. */
const seeder = { apiKeyLabel: 'seed', tenantId: firstTenantId, environment: 'live' } as const;

/** A key of a server's first tenant, which may do everything. */
export interface FirstKey {
  /** Its name in events. */
  readonly label: string;
  readonly environment: Place['environment'];
}

/** The caller behind an API key; undefined for one that is refused. */
export async function authenticate(service: Service, apiKey: string): Promise<Caller | undefined> {
  const caller = await service.access.authenticate(apiKey, undefined);
  return isRefused(caller) ? undefined : caller;
}

/** A new value for an API key, of 256 random bits. */
export function newApiKey({ environment }: Pick<Service, 'environment'>, place: Place['environment']): string {
  return toKeyText(`hf_${place}_`, environment.sha256(environment.newToken() + environment.newToken()));
}

/**
 * Creates the first tenant with this API key, unless the store has one already, and brings what an earlier version kept
 * into its present form. Returns whether it created the key.
 */
export async function createFirstKey(service: Service, apiKey: string, key: FirstKey): Promise<boolean> {
  const isCreated = await service.execute(firstKeyCommand(service, apiKey, key, false));
  await service.access.begin();
  return isCreated;
}

/**
 * Creates one more API key of the first tenant, which may do everything, for an operator who lost the others, and ends
 * the tenant's suspension. Returns whether there is such a tenant.
 */
export function createAdminKey(service: Service, apiKey: string, key: FirstKey): Promise<boolean> {
  return service.execute(firstKeyCommand(service, apiKey, key, true));
}

/** Creates API keys with these values, and their tenants, for mocks and tests. */
export async function seedApiKeys(
  service: Service,
  keys: readonly (SeededKey & { readonly apiKey: string })[],
): Promise<void> {
  const hashed = keys.map(({ apiKey, ...key }) => {
    const isUnchecked = checkKeyForm(apiKey) !== 'right';
    return { value: { keyHash: service.environment.sha256(apiKey), isUnchecked }, key };
  });
  await seed(service, (state) => {
    for (const { value, key } of hashed) seedKey(state, value, key);
  });
  await service.access.begin();
}

/** Creates tenants with these ids, and tiers, for mocks: those of a fresh store, too. */
export function seedTenants(
  service: Service,
  tiers: Readonly<Record<string, TierSettings>>,
  tenants: readonly SeededTenant[],
): Promise<void> {
  return seed(service, (state) => putTenants(state, tiers, tenants));
}

function seed(service: Service, decide: (state: AccessState) => void): Promise<void> {
  return service.execute(accessCommand(seeder, { settings: service.options }, decide));
}

function firstKeyCommand(
  { environment, options: { eventHistoryMs } }: Service,
  apiKey: string,
  { label, environment: place }: FirstKey,
  isFurther: boolean,
): Command<boolean> {
  const keyHash = environment.sha256(apiKey);
  const isUnchecked = checkKeyForm(apiKey) !== 'right';
  const display = isUnchecked ? null : displayOf(apiKey);
  const id = idOfHash(keyHash);
  const by = isFurther ? 'npm run admin-key' : 'first start';
  const key = { id, keyHash, display, isUnchecked, label, by, environment: place };
  const command: FirstKeyCommand = { ...key, isFurther, eventHistoryMs };
  return {
    partitions: [accessPartition],
    reads: [recordKey(tenantKind, accessPartition, firstTenantId)],
    run: (changes, nowMs) => createKey(changes, command, nowMs),
  };
}
