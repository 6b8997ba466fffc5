import type { Caller } from '../caller.ts';
import type { Command, Query } from '../kernel/command.ts';
import type { Records } from '../kernel/record-access.ts';
import { SettleFirst } from '../kernel/settle-first.ts';
import { customerPartition } from '../partitions.ts';
import type { CustomerPlace } from '../partitions.ts';
import type { Outcome } from '../shared/outcomes.ts';
import type { RecordKey } from '../store.ts';
import type { CreditContext } from './context.ts';
import type { CustomerReference } from './customer-input.ts';
import { isMoreDueThan, settleDue } from './expiry.ts';
import { accountKey, accountKind } from './records.ts';
import { unknownCustomer } from './refusals.ts';
import type { CreditServiceSettings } from './settings.ts';
import { CreditState } from './state.ts';
import type { AccountHolder } from './wire.ts';

/** The most that one command or query settles along, so that its batch doesn't wait. */
const usualSettledAlong = 100;

type Decide<Value> = (state: CreditState, nowMs: number) => Outcome<Value>;

/** What one customer's credits are changed or read with: a query's writes are dropped. */
type CommandOrQuery<Value> = Command<Outcome<Value>> & Query<Outcome<Value>>;

/** Decides on one customer, after settling the account. */
export function onCustomer<Value>(
  reference: CustomerReference,
  reads: readonly RecordKey[],
  context: CreditContext,
  decide: Decide<Value>,
): CommandOrQuery<Value> {
  return onAccount(reference.customer, reads, context, (state, nowMs) =>
    isThere(state, reference) ? decide(state, nowMs) : unknownCustomer,
  );
}

/** The same for a customer that need not exist. */
export function onAccount<Value>(
  customer: CustomerPlace,
  reads: readonly RecordKey[],
  { actor, settings }: CreditContext,
  decide: Decide<Value>,
): CommandOrQuery<Value> {
  const partition = customerPartition(customer);
  return {
    partitions: [partition],
    reads: [accountKey(partition), ...reads],
    run(changes, nowMs) {
      const state = new CreditState(changes, customer, actor);
      settleAlong([state], changes, settings, nowMs);
      return decide(state, nowMs);
    },
  };
}

/** Whether there is such a customer. */
export function isThere(state: CreditState, reference: CustomerReference): boolean {
  const account = state.findAccount();
  return account !== undefined && reference.matches(account);
}

/** @throws SettleFirst if too much is due in these accounts to be settled along. */
export function settleAlong(
  states: readonly CreditState[],
  records: Records,
  settings: CreditServiceSettings,
  nowMs: number,
): void {
  const due = states.filter((state) => state.isDue(nowMs));
  let left = settings.mostSettledAtOnce ?? usualSettledAlong;
  records.forEach(due, (state) => {
    if (!isMoreDueThan(state, nowMs, left)) left -= settleDue(state, nowMs, left);
    if (state.isDue(nowMs)) {
      const partitions = due.map(({ partition }) => partition);
      throw new SettleFirst(accountKind, partitions);
    }
  });
}

export function holderOf(caller: Caller, state: CreditState): AccountHolder {
  return { caller, customerId: state.customerId, account: state.account };
}
