import type { OperationTypes } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Environment } from '../../environment.ts';
import type { ScanOperation } from '../../legacy-operation.ts';
import type { PreparedScan } from '../../operation.ts';
import { customerPartition } from '../../partitions.ts';
import { accepted } from '../../shared/outcomes.ts';
import type { Outcome, Refused } from '../../shared/outcomes.ts';
import type { RecordValue, StoredRecord } from '../../store.ts';
import { accountKey } from '../customer-commands.ts';
import type { CustomerCommands } from '../customer-commands.ts';
import { findByExternalId, findById } from '../customer-input.ts';
import type { CustomerReference } from '../customer-input.ts';
import { uuidOf } from '../ids.ts';
import { blockKind, entryKind, holdKind } from '../records.ts';
import type { Account, Block, Entry, Hold } from '../records.ts';
import { unknownCustomer } from '../refusals.ts';
import { toAudit } from '../wire.ts';
import { Audit } from './audit.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type AuditResult = OperationTypes['auditAccount']['result'];
type Scan<Id extends keyof OperationTypes> = ScanOperation<Input<Id>, OperationTypes[Id]['result']>;

export function createAuditOperations(environment: Environment, commands: CustomerCommands) {
  function prepare(reference: CustomerReference | undefined): PreparedScan<AuditResult> | Refused {
    if (reference === undefined) return unknownCustomer;
    const { customer } = reference;
    const partition = customerPartition(customer);
    return {
      settle: commands.onAccount(customer, [], () => accepted(undefined)),
      records: [accountKey(customer)],
      ranges: [
        { kind: entryKind, partition },
        { kind: holdKind, partition, index: 'status', equals: ['active'] },
        { kind: blockKind, partition },
      ],
      begin() {
        const audit = new Audit();
        return {
          take: (range, rows) => takeRows(audit, range, rows),
          finish: ([account]) => finish(audit, reference, account),
        };
      },
    };
  }

  return {
    auditAccount: {
      type: 'scan',
      prepare: (caller: Caller, { path }) => prepare(findById(caller, path.customer_id)),
    } satisfies Scan<'auditAccount'>,
    auditAccountByExternalId: {
      type: 'scan',
      prepare: (caller: Caller, { path }) => prepare(findByExternalId(environment, caller, path.external_id)),
    } satisfies Scan<'auditAccountByExternalId'>,
  };
}

function takeRows(audit: Audit, range: number, rows: readonly StoredRecord[]): void {
  for (const { id, value } of rows as unknown as { id: string; value: unknown }[]) {
    if (range === 0) audit.addEntry(value as Entry);
    else if (range === 1) audit.addHold(value as Hold);
    else audit.addBlock(id, value as Block);
  }
}

function finish(audit: Audit, reference: CustomerReference, value: RecordValue | undefined): Outcome<AuditResult> {
  const account = value as Account | undefined;
  if (account === undefined || !reference.matches(account)) return unknownCustomer;
  return accepted(toAudit(uuidOf(reference.customer.key, 0), audit.finish(account)));
}
