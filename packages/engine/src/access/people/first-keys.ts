import { firstTenantId } from '../first-keys.ts';
import { addApiKey } from '../keys/rules.ts';
import type { NewValue } from '../keys/rules.ts';
import type { PeopleState } from './state.ts';

/** What a key of each environment is made from. */
export type NewKeys = Readonly<Record<'live' | 'test', NewValue & { readonly id: string }>>;

const environments = ['live', 'test'] as const;

/**
 * Gives a tenant its first keys, one for each environment, when an owner first asks for them. Returns whether it has
 * them now: undefined if the tenant has had keys before, but for the one of the server's first start.
 */
export function takeFirstKeys(
  state: PeopleState,
  sessionHash: string,
  tenantId: string,
  keys: NewKeys,
): true | undefined {
  const session = state.session(sessionHash, state.nowMs);
  const membership = session && state.membership(tenantId, session.personId);
  const before = environments.map((environment) => state.access.keysEver({ tenantId, environment }));
  const isFirst = before.every((count) => count === 0);
  const mayHaveOne = tenantId === firstTenantId && before.every((count) => count < 2) && before.includes(0);
  if (membership?.role !== 'owner' || !(isFirst || mayHaveOne)) return undefined;

  for (const environment of environments) {
    const { id, ...value } = keys[environment];
    // The smallest tier has one key: the other environment's comes with it.
    const countedFor = environment === 'live' ? tenantId : null;
    const settings = { tenantId, environment, label: 'first key', countedFor, ...unlimited };
    addApiKey(state.access, id, settings, value);
  }
  return true;
}

/** All that is the tenant's, for good, from everywhere. */
const unlimited = { scopes: null, expiresAtMs: null, allowedCidrs: null, opsPerMinute: null };
