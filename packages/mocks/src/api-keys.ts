import { createCaller, scopes } from '@holdfast/engine';
import type { Caller } from '@holdfast/engine';

/** An API key and its owner. Nobody sees what belongs to another tenant or environment. */
export interface MockApiKey {
  readonly key: string;
  /** Default: the tenant that a new server starts with. */
  readonly tenant?: string | undefined;
  /** Default: `test` for keys that begin with `hf_test_`, else `live`. */
  readonly environment?: 'live' | 'test' | undefined;
  /** The key's name in events. Default: `first key`, as on a new server. */
  readonly label?: string | undefined;
  /** Whether it may call `/v1/admin`. Default true, as for the first key of a server. */
  readonly admin?: boolean | undefined;
}

/** Finds a key's owner; undefined for an unknown key. */
export type Authenticate = (apiKey: string) => Caller | undefined;

/** @param apiKeys - Undefined: every key is valid, and all belong to one tenant. */
export function createAuthenticate(apiKeys: readonly (string | MockApiKey)[] | undefined): Authenticate {
  if (apiKeys === undefined) return (key) => toCaller({ key });
  const callers = new Map(apiKeys.map(toApiKey).map((apiKey) => [apiKey.key, toCaller(apiKey)]));
  return (key) => callers.get(key);
}

/** Who seeds: the owner of the first key, with the admin scope. */
export function findSeeder(apiKeys: readonly (string | MockApiKey)[] | undefined): Caller {
  return { ...toCaller(toApiKey(apiKeys?.[0] ?? '')), scopes: new Set(scopes) };
}

function toApiKey(apiKey: string | MockApiKey): MockApiKey {
  return typeof apiKey === 'string' ? { key: apiKey } : apiKey;
}

function toCaller({ key, tenant = 'default', environment, label = 'first key', admin = true }: MockApiKey): Caller {
  return createCaller({
    tenantId: tenant,
    environment: environment ?? (key.startsWith('hf_test_') ? 'test' : 'live'),
    apiKeyLabel: label,
    scopes: new Set(scopes.filter((scope) => admin || scope !== 'platform:admin')),
  });
}
