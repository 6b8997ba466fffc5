import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';

/** Somebody whose reservations nobody else sees. */
export interface Tenant {
  readonly name: string;
  readonly createdAtMs: number;
}

/** An API key, of which only the hash is kept. */
export interface ApiKey {
  readonly label: string;
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
  readonly createdAtMs: number;
  /** Whether it may change what holds for all tenants. Absent in keys from before there was such a thing: they may. */
  readonly isAdmin?: boolean;
}

/** By id. */
export const tenantKind: Kind<Tenant> = defineKind({ name: 'tenants', indexes: {} });

/** By SHA-256 of the key. A key has 256 random bits, so that nobody finds it from its hash, however fast that is. */
export const apiKeyKind: Kind<ApiKey> = defineKind({ name: 'api-keys', indexes: {} });
