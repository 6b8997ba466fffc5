import type { ReadOperation } from '../../operation.ts';
import { customerPartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import { findPage } from '../../shared/page-input.ts';
import type { CreditContext } from '../context.ts';
import { holderOf, onAccount, onCustomer } from '../customer-commands.ts';
import { findCustomerInPath } from '../customer-input.ts';
import { isForgotten } from '../expiry.ts';
import { holdKind } from '../records.ts';
import { unknownHold } from '../refusals.ts';
import { toHold, toHoldSummary } from '../wire.ts';
import { findHold } from './hold-input.ts';

export const getHold: ReadOperation<'getHold', CreditContext> = (caller, { path }, context) => {
  const reference = findHold(caller, path);
  if (isRefused(reference)) return reference;
  return onAccount(reference.customer, reference.reads, context, (state, nowMs) => {
    const hold = state.hold(reference.id);
    if (hold === undefined || isForgotten(hold, nowMs)) return unknownHold;
    return accepted(toHold(holderOf(caller, state), reference.id, hold));
  });
};

export const listHolds: ReadOperation<'listHolds' | 'listHoldsByExternalId', CreditContext> = (
  caller,
  { path, query },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  const partition = customerPartition(reference.customer);
  const page = findPage(['holds', partition], query, context);
  if (isRefused(page)) return page;
  const index = query.status === undefined ? {} : { index: 'status', equals: [query.status] };
  const range = { kind: holdKind, partition, descending: true, ...index };
  return onCustomer(reference, [], context, (state, nowMs) => {
    const holder = holderOf(caller, state);
    const holds = page.read(state.records, range, ({ id, value }) =>
      isForgotten(value, nowMs) ? undefined : toHoldSummary(holder, id, value),
    );
    return accepted(holds);
  });
};
