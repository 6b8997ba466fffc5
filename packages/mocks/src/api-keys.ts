import { firstTenantId, isCidr, scopes } from '@holdfast/engine';
import type { Place, Scope, SeededKey } from '@holdfast/engine';

import { assertKnownMembers } from './known-members.ts';
import { readFigure } from './tiers.ts';
import { toEpochMs } from './times.ts';
import type { Time } from './times.ts';

/** An API key and its owner. Nobody sees what belongs to another tenant or environment. */
export interface MockApiKey {
  readonly key: string;
  /** Default: the tenant that a new server starts with, `default`. */
  readonly tenant?: string | undefined;
  /** Default: `test` for keys that begin with `hf_test_`, else `live`. */
  readonly environment?: 'live' | 'test' | undefined;
  /** The key's name in events. Default: `first key`, as on a new server. */
  readonly label?: string | undefined;
  /** Whether it has all scopes. Default true, as for the first key of a server; false: all but `platform:admin`. */
  readonly admin?: boolean | undefined;
  /** What it may do, in place of `admin`: any other request is answered with 403, which names the missing scope. */
  readonly scopes?: readonly Scope[] | undefined;
  /** The tier of its tenant: `free`, `starter`, `pro`, `enterprise`, `unlimited`, or one of the option `tiers`. */
  readonly tier?: string | undefined;
  /** The key's own limit of operations in a minute, besides its tenant's. Default: none. */
  readonly opsPerMinute?: number | undefined;
  /** When it ceases to be valid, by the mock's clock. Default: never. */
  readonly expiresAt?: Time | undefined;
  /** Where it may be used from: IP addresses, and ranges of them. Calls within a process come from `127.0.0.1`. */
  readonly allowedCidrs?: readonly string[] | undefined;
}

/** A key, and what the engine is told of it. */
export interface ReadApiKey extends Omit<SeededKey, 'tier'> {
  readonly apiKey: string;
  /** Undefined: it says nothing of its tenant's. */
  readonly tier: string | undefined;
}

/** Whose caller a key that nobody has created acts for, where any is good. */
export const standIns: Readonly<Record<Place['environment'], string>> = { live: 'hf_live_any', test: 'hf_test_any' };

const members: readonly (keyof MockApiKey)[] = [
  'key',
  'tenant',
  'environment',
  'label',
  'admin',
  'scopes',
  'tier',
  'opsPerMinute',
  'expiresAt',
  'allowedCidrs',
];

/** @throws TypeError if the members make no sense. */
export function readApiKey(given: string | MockApiKey): ReadApiKey {
  if (typeof given === 'string') return readApiKey({ key: given });
  assertKnownMembers('An API key', given, members);
  const { key, tenant = firstTenantId, label = 'first key', tier, expiresAt, allowedCidrs } = given;
  return {
    apiKey: key,
    tenantId: tenant,
    environment: given.environment ?? environmentOf(key),
    label,
    scopes: readScopes(given),
    tier,
    opsPerMinute: readFigure('opsPerMinute', given.opsPerMinute),
    expiresAtMs: expiresAt === undefined ? null : toEpochMs(expiresAt),
    allowedCidrs: allowedCidrs === undefined ? null : allowedCidrs.map(readCidr),
  };
}

export function environmentOf(apiKey: string): Place['environment'] {
  return apiKey.startsWith('hf_test_') ? 'test' : 'live';
}

function readScopes({ key, admin, scopes: given }: MockApiKey): readonly Scope[] | null {
  if (given === undefined) return (admin ?? true) ? scopes : null;
  if (admin !== undefined) throw new TypeError(`The API key ${key} has scopes, so admin says nothing: leave it out.`);
  const unknown = given.find((scope) => !scopes.includes(scope));
  if (unknown === undefined) return given;
  throw new TypeError(`There is no scope ${JSON.stringify(unknown)}: choose from ${scopes.join(', ')}.`);
}

function readCidr(cidr: string): string {
  if (isCidr(cidr)) return cidr;
  throw new TypeError(`allowedCidrs are IP addresses, or ranges such as 203.0.113.0/24, not ${JSON.stringify(cidr)}.`);
}
