import type { Environment } from '../environment.ts';
import type { Command } from '../kernel/executor.ts';
import type { SweptKind } from '../kernel/kind-sweep.ts';
import { recordKey } from '../kernel/record-access.ts';
import { createAuditOperations } from './accounts/audit-operations.ts';
import { createAccountOperations } from './accounts/write-operations.ts';
import { CustomerCommands } from './customer-commands.ts';
import { settleDue } from './expiry.ts';
import { createHoldOperations } from './holds/write-operations.ts';
import { createMeteringOperations } from './metering/write-operations.ts';
import { createCreditReadOperations } from './read-operations.ts';
import { accountId, accountKind } from './records.ts';
import { CreditState } from './state.ts';
import type { CreditServiceSettings } from './state.ts';
import { createUsageOperations } from './usage/write-operations.ts';

/** Every operation of the family, by operationId. */
export function createCreditOperations(environment: Environment, settings: CreditServiceSettings) {
  const commands = new CustomerCommands(settings);
  return {
    ...createHoldOperations(environment, commands),
    ...createAccountOperations(environment, commands),
    ...createMeteringOperations(environment),
    ...createUsageOperations(environment, commands, settings),
    ...createCreditReadOperations(environment, commands, settings),
    ...createAuditOperations(environment, commands),
  };
}

/** Accounts fetched at once, and how much of each one command settles. */
const accountsFound = 32;
const settledPerAccount = 250;

/** What the sweeper settles. */
export function sweptAccounts(settings: CreditServiceSettings): readonly SweptKind[] {
  const command = (partition: string) => settleCommand(partition, settings, settledPerAccount);
  return [{ kind: accountKind, found: accountsFound, perCommand: 1, command }];
}

/** Settles one customer's account, `limit` holds and blocks at most; returns whether more is due. */
export function settleCommand(partition: string, settings: CreditServiceSettings, limit: number): Command<boolean> {
  const [tenantPartition, key] = [
    partition.slice(0, partition.lastIndexOf('/')),
    partition.slice(partition.lastIndexOf('/') + 1),
  ];
  return {
    partitions: [partition],
    reads: [recordKey(accountKind, partition, accountId)],
    run(changes, nowMs) {
      const state = new CreditState(changes, { tenantPartition, key });
      settleDue(state, nowMs, settings, limit);
      return state.isDue(nowMs);
    },
  };
}
