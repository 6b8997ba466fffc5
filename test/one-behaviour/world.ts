import { hash } from 'node:crypto';

import { toKeyText } from '@holdfast/engine';

import type { OwnedKey } from '../targets/add-api-keys.ts';
import type { TargetName } from '../targets/target.ts';
import type { CallerName, SentRequest } from './family.ts';
import type { Received, SendOptions } from './http-client.ts';

/** What programs run in: the same tenants at the same time on every target. */
export interface World {
  readonly tenants: readonly Tenant[];
  readonly targets: readonly WorldTarget[];
  now(): number;
  /** Moves the clock that all servers share. */
  setClock(nowMs: number): void;
}

/** A tenant that no other sequence has had, with a key for each of its callers. */
export type Tenant = Readonly<Record<CallerName, OwnedKey>>;

/** A target as the programs of one world use it. */
export interface WorldTarget {
  readonly name: TargetName;
  send(path: string, options: SendOptions): Promise<Received>;
  /** Told of the time when the shared clock has come to rest. */
  arrive(nowMs: number): Promise<void>;
  /** Announces what has lapsed, if it doesn't do so by itself. */
  sweep(): Promise<void>;
  /** Resolves when nothing is under way: what was done by then has the numbers of its events. */
  idle(): Promise<void>;
}

export function send(target: WorldTarget, { method, path, headers, text }: SentRequest): Promise<Received> {
  return target.send(path, { method, headers, body: text });
}

/** When worlds begin. Far enough ahead that MongoDB, which deletes by the real time, never deletes anything. */
export const startMs = Date.parse('2100-01-01T00:00:00.000Z');

/** With keys that have checksums: others are known only to a server that starts after them. */
export function createTenant(number: number): Tenant {
  const tenantId = `tenant-${number}`;
  const key = (name: CallerName, environment: 'live' | 'test') => {
    return toKeyText(`hf_${environment}_`, hash('sha256', `${name} ${number}`));
  };
  return {
    live: { apiKey: key('live', 'live'), tenantId, environment: 'live' },
    test: { apiKey: key('test', 'test'), tenantId, environment: 'test' },
    otherTenant: {
      apiKey: key('otherTenant', 'live'),
      tenantId: `other-${number}`,
      environment: 'live',
      isAdmin: false,
    },
  };
}
