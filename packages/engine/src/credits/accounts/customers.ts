import type { Account } from '../records.ts';
import type { CreditState } from '../state.ts';

export type CustomerCommand = Pick<
  Account,
  'externalId' | 'displayName' | 'metadataJson' | 'overagePolicy' | 'overageLimit'
>;

export type CustomerChange = Partial<Omit<CustomerCommand, 'externalId'> & Pick<Account, 'balanceThresholds'>>;

/** Creates a customer with an empty account; returns false if there is one. */
export function createCustomer(state: CreditState, command: CustomerCommand, nowMs: number): boolean {
  if (state.findAccount() !== undefined) return false;

  state.openAccount({
    ...command,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    balance: 0,
    reserved: 0,
    lifetimeEarned: 0,
    version: 0,
    lastEntryAtMs: nowMs,
    debt: null,
    dueAtMs: null,
  });
  return true;
}

/** Changes what is known about a customer; the credits stay as they are. */
export function updateCustomer(state: CreditState, change: CustomerChange, nowMs: number): void {
  state.changeAccount({ ...change, updatedAtMs: nowMs });
}

/** A customer of whom nothing else is known. */
export function newCustomer(externalId: string): CustomerCommand {
  return { externalId, displayName: null, metadataJson: null, overagePolicy: null, overageLimit: null };
}
