import { inBurnDownOrder } from './burn-down-order.ts';
import { slicesOf } from './ledger.ts';
import { sum } from './state.ts';
import type { Block, Customer, Hold, Part, World } from './state.ts';

export function customerOf(world: World, externalId: string): Customer {
  const found = world.customers.find((customer) => customer.externalId === externalId);
  if (found === undefined) throw new Error(`The model has no customer ${externalId}.`);
  return found;
}

export function blocksOf(world: World, customer: string): readonly Block[] {
  return world.blocks.filter((block) => block.customer === customer);
}

export function balance(world: World, customer: string): bigint {
  return sum(blocksOf(world, customer).map(({ left }) => left)) - customerOf(world, customer).debt;
}

export function reserved(world: World, customer: string): bigint {
  return sum(blocksOf(world, customer).map(({ name }) => heldOfBlock(world, name)));
}

export function effective(world: World, customer: string): bigint {
  return balance(world, customer) - reserved(world, customer);
}

/** Corrections aren't earned. The reference is silent; this is what the service does. */
export function lifetimeEarned(world: World, customer: string): bigint {
  let total = 0n;
  for (const entry of world.entries) if (entry.customer === customer && entry.type === 'grant') total += entry.delta;
  return total;
}

export function heldOfBlock(world: World, block: string): bigint {
  return sum(world.slices.filter((slice) => slice.block === block).map(({ amount }) => amount));
}

export function heldByHold(world: World, hold: string): bigint {
  return sum(world.slices.filter((slice) => slice.hold === hold).map(({ amount }) => amount));
}

export function unheld(world: World, block: Block): bigint {
  return block.left - heldOfBlock(world, block.name);
}

export function isExpired(world: World, block: Block): boolean {
  return block.expiresAtMs !== null && block.expiresAtMs <= world.nowMs;
}

/** Which free parts of the customer's blocks come to this amount, or to as much as there is. */
export function chooseFree(world: World, customer: string, amount: bigint): readonly Part[] {
  const free = blocksOf(world, customer).filter((block) => block.left > 0n && !isExpired(world, block));
  const rows = inBurnDownOrder(world, free).map((block) => ({ block: block.name, amount: unheld(world, block) }));
  return chooseFrom(rows, amount);
}

/** Which of what a hold has taken comes to this amount, or to all of it. */
export function chooseHeld(world: World, hold: Hold, amount: bigint): readonly Part[] {
  return chooseFrom(slicesOf(world, hold.name), amount);
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
