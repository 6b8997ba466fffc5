import { inBurnDownOrder } from './burn-down-order.ts';
import type { Policy } from './command.ts';
import { slicesOf } from './ledger.ts';
import { sum } from './state.ts';
import type { Block, Customer, Hold, Part, State } from './state.ts';

export function customerOf(state: State, externalId: string): Customer {
  const found = state.customers.find((customer) => customer.externalId === externalId);
  if (found === undefined) throw new Error(`The model has no customer ${externalId}.`);
  return found;
}

export function policyOf(state: State, customer: Customer): Policy {
  return customer.policy ?? state.policy;
}

export function blocksOf(state: State, customer: string): readonly Block[] {
  return state.blocks.filter((block) => block.customer === customer);
}

export function balance(state: State, customer: string): bigint {
  return sum(blocksOf(state, customer).map(({ left }) => left)) - customerOf(state, customer).debt;
}

export function reserved(state: State, customer: string): bigint {
  return sum(blocksOf(state, customer).map(({ name }) => heldOfBlock(state, name)));
}

export function effective(state: State, customer: string): bigint {
  return balance(state, customer) - reserved(state, customer);
}

/** Corrections aren't earned. The reference is silent; this is what the service does. */
export function lifetimeEarned(state: State, customer: string): bigint {
  let total = 0n;
  for (const entry of state.entries) if (entry.customer === customer && entry.type === 'grant') total += entry.delta;
  return total;
}

export function heldOfBlock(state: State, block: string): bigint {
  return sum(state.slices.filter((slice) => slice.block === block).map(({ amount }) => amount));
}

export function heldByHold(state: State, hold: string): bigint {
  return sum(state.slices.filter((slice) => slice.hold === hold).map(({ amount }) => amount));
}

export function unheld(state: State, block: Block): bigint {
  return block.left - heldOfBlock(state, block.name);
}

export function isExpired(state: State, block: Block): boolean {
  return block.expiresAtMs !== null && block.expiresAtMs <= state.nowMs;
}

/** Which free parts of the customer's blocks come to this amount, or to as much as there is. */
export function chooseFree(state: State, customer: string, amount: bigint): readonly Part[] {
  const free = blocksOf(state, customer).filter((block) => block.left > 0n && !isExpired(state, block));
  const rows = inBurnDownOrder(state, free).map((block) => ({ block: block.name, amount: unheld(state, block) }));
  return chooseFrom(rows, amount);
}

/** Which of what a hold has taken comes to this amount, or to all of it. */
export function chooseHeld(state: State, hold: Hold, amount: bigint): readonly Part[] {
  return chooseFrom(slicesOf(state, hold.name), amount);
}

function chooseFrom(rows: readonly Part[], amount: bigint): readonly Part[] {
  const chosen: Part[] = [];
  let missing = amount;
  for (const row of rows) {
    const taken = row.amount < missing ? row.amount : missing;
    if (taken > 0n) chosen.push({ block: row.block, amount: taken });
    missing -= taken > 0n ? taken : 0n;
  }
  return chosen;
}
