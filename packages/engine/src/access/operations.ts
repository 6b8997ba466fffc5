import type { Command, Query } from '../kernel/executor.ts';
import { recordKey } from '../kernel/record-access.ts';
import { apiKeyKind, tenantKind } from './records.ts';
import type { ApiKey } from './records.ts';
import { accessPartition, createFirstKey, findApiKey, firstTenantId } from './rules.ts';
import type { FirstKeyCommand } from './rules.ts';

export function createFirstKeyCommand(command: FirstKeyCommand): Command<boolean> {
  return {
    partitions: [accessPartition],
    reads: [recordKey(tenantKind, accessPartition, firstTenantId)],
    run: (changes, nowMs) => createFirstKey(changes, command, nowMs),
  };
}

export function findApiKeyQuery(keyHash: string): Query<ApiKey | undefined> {
  return {
    partitions: [],
    reads: [recordKey(apiKeyKind, accessPartition, keyHash)],
    run: (records) => findApiKey(records, keyHash),
  };
}
