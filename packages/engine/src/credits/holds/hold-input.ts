import type { Caller } from '../../caller.ts';
import { recordKey } from '../../kernel/record-access.ts';
import { customerPartition } from '../../partitions.ts';
import type { CustomerPlace } from '../../partitions.ts';
import type { Refused } from '../../shared/outcomes.ts';
import type { RecordKey } from '../../store.ts';
import { customerOfId } from '../customer-input.ts';
import { holdKind } from '../records.ts';
import { unknownHold } from '../refusals.ts';

/** A hold as a request names it: its id, its customer, and the records sure to be read. */
export interface HoldReference {
  readonly id: string;
  readonly customer: CustomerPlace;
  readonly reads: readonly RecordKey[];
}

/** The hold that a path names. */
export function findHold(caller: Caller, path: { readonly id: string }): HoldReference | Refused {
  const customer = customerOfId(caller, path.id);
  if (customer === undefined) return unknownHold;
  const id = path.id.toLowerCase();
  return { id, customer, reads: [recordKey(holdKind, customerPartition(customer), id)] };
}
