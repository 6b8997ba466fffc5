import type { Caller } from '../caller.ts';
import type { Command, Query } from '../kernel/command.ts';
import { recordKey } from '../kernel/record-access.ts';
import { accessPartition } from '../partitions.ts';
import type { Service } from '../service.ts';
import { apiKeyKind, tenantKind } from './records.ts';
import type { ApiKey } from './records.ts';
import { createFirstKey as createKey, findApiKey, firstTenantId } from './rules.ts';
import type { FirstKeyCommand } from './rules.ts';

/** The caller behind an API key; undefined for an unknown key. */
export async function authenticate(service: Service, apiKey: string): Promise<Caller | undefined> {
  const found = await service.query(findQuery(service.environment.sha256(apiKey)));
  if (found === undefined) return undefined;
  const { tenantId, environment, label, isAdmin = true } = found;
  return { tenantId, environment, apiKeyLabel: label, isAdmin };
}

/** Creates the first tenant with this API key, unless the store has one already. Returns whether it did. */
export function createFirstKey(
  service: Service,
  apiKey: string,
  key: Omit<FirstKeyCommand, 'keyHash'>,
): Promise<boolean> {
  return service.execute(firstKeyCommand({ ...key, keyHash: service.environment.sha256(apiKey) }));
}

function firstKeyCommand(command: FirstKeyCommand): Command<boolean> {
  return {
    partitions: [accessPartition],
    reads: [recordKey(tenantKind, accessPartition, firstTenantId)],
    run: (changes, nowMs) => createKey(changes, command, nowMs),
  };
}

function findQuery(keyHash: string): Query<ApiKey | undefined> {
  return {
    partitions: [],
    reads: [recordKey(apiKeyKind, accessPartition, keyHash)],
    run: (records) => findApiKey(records, keyHash),
  };
}
