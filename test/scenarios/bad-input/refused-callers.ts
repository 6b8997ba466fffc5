import { scopes, toKeyText } from '@holdfast/engine';
import type { Scope } from '@holdfast/engine';

import type { Scenario } from '../../targets/describe-targets.ts';
import { AccessClient, paths, valueOf } from '../administration/access-client.ts';
import type { IssuedApiKey } from '../administration/access-client.ts';
import { wireTime } from '../wire-time.ts';

/** API keys that are refused, whatever they are used for. All but one tenant's are of the tenant that owns everything. */
export interface RefusedCallers {
  /** Of which nobody has ever been told. */
  readonly unknown: string;
  /** One that works, but for its last character. */
  readonly mistyped: string;
  readonly revoked: string;
  readonly expired: string;
  /** The value of a key before it got another one. */
  readonly replaced: string;
  readonly ofSuspendedTenant: string;
  /** For addresses that no test comes from. */
  readonly fromElsewhere: string;
  /** Of a tenant that has used up its operations and its reads of this minute. */
  readonly usedUp: string;
  /** With every scope but this one and those that include it. */
  readonly lacking: Readonly<Record<Scope, string>>;
  /** With this scope alone. */
  readonly withOnly: Readonly<Record<Scope, string>>;
}

/** Nobody reaches it, so that whatever is counted can be seen, and nothing is refused for it. */
const limit = 1_000_000;

/** How many operations, and reads, use up the tenant that is to be refused. */
export const usedUpLimits = { operations: 1, reads: 5 };

const known = new WeakMap<Scenario, Promise<RefusedCallers>>();

/** Always the same ones. The requests of the tenant that owns everything are counted from now on. */
export function refusedCallersOf(scenario: Scenario): Promise<RefusedCallers> {
  const callers = known.get(scenario) ?? prepare(scenario);
  known.set(scenario, callers);
  return callers;
}

async function prepare(scenario: Scenario): Promise<RefusedCallers> {
  const client = new AccessClient(scenario);
  const tier = await client.createTier({ ops_per_minute: limit, ops_per_day: limit });
  await client.ask('PATCH', `${paths.tenants}/default`, { tier });
  const [revoked, rotated, expiring] = [
    await client.createApiKey(),
    await client.createApiKey(),
    await client.createApiKey({ expires_at: wireTime(scenario.clock, 1) }),
  ];
  await client.revokeApiKey(revoked.id);
  const working = await client.rotateApiKey(rotated.id);
  await scenario.clock.advance({ seconds: 1 });
  return {
    unknown: toKeyText('hf_live_', 'ab'.repeat(32)),
    mistyped: mistype(valueOf(working)),
    revoked: valueOf(revoked),
    expired: valueOf(expiring),
    replaced: valueOf(rotated),
    ofSuspendedTenant: await suspendedKey(client),
    fromElsewhere: valueOf(await client.createApiKey({ allowed_cidrs: ['192.0.2.0/24', '2001:db8::/32'] })),
    usedUp: await useUp(scenario, client),
    lacking: await keysBy((scope) => client.createApiKey({ scopes: scopes.filter(lacks(scope)) })),
    withOnly: await keysBy((scope) => client.createApiKey({ scopes: [scope] })),
  };
}

async function suspendedKey(client: AccessClient): Promise<string> {
  const { id } = await client.createTenant();
  const key = await client.createApiKey({ tenant_id: id, scopes });
  await client.ask('PATCH', `${paths.tenants}/${id}`, { suspended: true });
  return valueOf(key);
}

async function useUp(scenario: Scenario, client: AccessClient): Promise<string> {
  const tier = await client.createTier({ ops_per_minute: usedUpLimits.operations });
  const { id } = await client.createTenant({ tier });
  const apiKey = valueOf(await client.createApiKey({ tenant_id: id, scopes }));
  await scenario.send('POST', '/api/v1/Reservation/reserve', { apiKey, body: [] });
  for (let read = 0; read < usedUpLimits.reads; read += 1)
    await scenario.send('GET', '/api/v1/Reservation', { apiKey });
  return apiKey;
}

async function keysBy(create: (scope: Scope) => Promise<IssuedApiKey>): Promise<Readonly<Record<Scope, string>>> {
  const keys: [Scope, string][] = [];
  for (const scope of scopes) keys.push([scope, valueOf(await create(scope))]);
  return Object.fromEntries(keys) as Record<Scope, string>;
}

const including: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  'resources:read': ['resources:write', 'resources:admin'],
  'resources:write': ['resources:admin'],
  'credits:read': ['credits:write', 'credits:admin'],
  'credits:write': ['credits:admin'],
  'capacity:read': ['capacity:write'],
  'keys:admin': ['platform:admin'],
};

/** Whether a scope neither is this one nor includes it. */
function lacks(scope: Scope): (other: Scope) => boolean {
  return (other) => other !== scope && !including[scope]?.includes(other);
}

function mistype(apiKey: string): string {
  return apiKey.slice(0, -1) + (apiKey.endsWith('0') ? '1' : '0');
}
