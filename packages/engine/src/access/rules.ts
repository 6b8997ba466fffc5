import type { Changes, Records } from '../kernel/record-access.ts';
import { accessPartition } from '../partitions.ts';
import { apiKeyKind, tenantKind } from './records.ts';
import type { ApiKey } from './records.ts';

/** The tenant that a fresh store starts with. */
export const firstTenantId = 'default';

export interface FirstKeyCommand {
  readonly keyHash: string;
  readonly label: string;
  readonly environment: ApiKey['environment'];
}

/** Creates the first tenant with its admin key, unless there is a tenant. Returns whether it did. */
export function createFirstKey(changes: Changes, command: FirstKeyCommand, nowMs: number): boolean {
  if (changes.get(tenantKind, accessPartition, firstTenantId) !== undefined) return false;

  const { keyHash, label, environment } = command;
  changes.put(tenantKind, accessPartition, firstTenantId, { name: 'Default tenant', createdAtMs: nowMs });
  const apiKey = { label, tenantId: firstTenantId, environment, createdAtMs: nowMs, isAdmin: true };
  changes.put(apiKeyKind, accessPartition, keyHash, apiKey);
  return true;
}

export function findApiKey(records: Records, keyHash: string): ApiKey | undefined {
  return records.get(apiKeyKind, accessPartition, keyHash);
}
