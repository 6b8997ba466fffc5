import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';

/** Somebody whose reservations nobody else sees. */
export interface Tenant {
  readonly name: string;
  readonly createdAtMs: number;
}

/** An API key. Only its hash is kept. */
export interface ApiKey {
  readonly label: string;
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
  readonly createdAtMs: number;
  /** Whether it has the admin scope. Absent in keys from before scopes existed: they have it. */
  readonly isAdmin?: boolean;
}

/** By id. */
export const tenantKind: Kind<Tenant> = defineKind({ name: 'tenants', indexes: {} });

/** By SHA-256 of the key. A key has 256 random bits, so a fast hash is safe. */
export const apiKeyKind: Kind<ApiKey> = defineKind({ name: 'api-keys', indexes: {} });
