import type { Caller } from '../caller.ts';
import type { Command, Query } from '../kernel/command.ts';
import { recordKey } from '../kernel/record-access.ts';
import type { Records } from '../kernel/record-access.ts';
import { SettleFirst } from '../kernel/settle-first.ts';
import { customerPartition } from '../partitions.ts';
import type { CustomerPlace } from '../partitions.ts';
import type { Outcome } from '../shared/outcomes.ts';
import type { RecordKey } from '../store.ts';
import type { CustomerReference } from './customer-input.ts';
import { isMoreDueThan, settleDue } from './expiry.ts';
import { accountId, accountKind, metricKind } from './records.ts';
import { unknownCustomer } from './refusals.ts';
import type { CreditServiceSettings } from './settings.ts';
import { CreditState } from './state.ts';
import type { AccountHolder } from './wire.ts';

/** The most that one command or query settles along, so that its batch doesn't wait. */
const usualSettledAlong = 100;

type Decide<Value> = (state: CreditState, nowMs: number) => Outcome<Value>;

/** Builds the commands and queries on one customer; each settles the account first. */
export class CustomerCommands {
  readonly #settings: CreditServiceSettings;
  readonly #mostSettledAlong: number;

  constructor(settings: CreditServiceSettings) {
    this.#settings = settings;
    this.#mostSettledAlong = settings.mostSettledAtOnce ?? usualSettledAlong;
  }

  /** A command or a query: both decide on the same state, and a query's writes are dropped. */
  on<Value>(
    reference: CustomerReference,
    reads: readonly RecordKey[],
    decide: Decide<Value>,
  ): Command<Outcome<Value>> & Query<Outcome<Value>> {
    return this.onAccount(reference.customer, reads, (state, nowMs) => {
      const account = state.findAccount();
      return account === undefined || !reference.matches(account) ? unknownCustomer : decide(state, nowMs);
    });
  }

  /** The same for a customer that need not exist. */
  onAccount<Value>(
    customer: CustomerPlace,
    reads: readonly RecordKey[],
    decide: Decide<Value>,
  ): Command<Outcome<Value>> & Query<Outcome<Value>> {
    return {
      partitions: [customerPartition(customer)],
      reads: [accountKey(customer), ...reads],
      run: (changes, nowMs) => {
        const state = new CreditState(changes, customer);
        this.settle([state], changes, nowMs);
        return decide(state, nowMs);
      },
    };
  }

  /** @throws SettleFirst if too much is due in these accounts to be settled along. */
  settle(states: readonly CreditState[], records: Records, nowMs: number): void {
    const due = states.filter((state) => state.isDue(nowMs));
    let left = this.#mostSettledAlong;
    records.forEach(due, (state) => {
      if (!isMoreDueThan(state, nowMs, left)) left -= settleDue(state, nowMs, this.#settings, left);
      if (state.isDue(nowMs)) {
        const partitions = due.map(({ partition }) => partition);
        throw new SettleFirst(accountKind, partitions);
      }
    });
  }
}

export function accountKey(customer: CustomerPlace): RecordKey {
  return recordKey(accountKind, customerPartition(customer), accountId);
}

export function metricKeyOf(tenantPartition: string, key: string): RecordKey {
  return recordKey(metricKind, tenantPartition, key);
}

export function holderOf(caller: Caller, state: CreditState): AccountHolder {
  return { caller, customerId: state.customerId, account: state.account };
}
