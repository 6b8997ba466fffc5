import { inBurnDownOrder } from './burn-down-order.ts';
import { sum } from './state.ts';
import type { Entry, Part, World } from './state.ts';

type Writing = Pick<Entry, 'customer' | 'type' | 'parts'> & Partial<Entry>;

/** Writes a line of the ledger. */
export function enter(world: World, writing: Writing): void {
  const nothing = { fact: undefined, reference: null, metric: null, units: null, reason: null };
  const amounts = { delta: 0n, balanceDelta: 0n, reservedDelta: 0n };
  world.entries.push({ atMs: world.nowMs, ...nothing, ...amounts, ...writing });
}

export function addUp(parts: readonly Part[]): bigint {
  return sum(parts.map(({ amount }) => amount));
}

/** Returns the same amounts with a minus. */
export function takeFromBlocks(world: World, parts: readonly Part[]): readonly Part[] {
  for (const { block, amount } of parts) {
    const found = world.blocks.find(({ name }) => name === block);
    if (found === undefined || found.left < amount) throw new Error(`The model takes ${amount} from ${block}.`);
    found.left -= amount;
  }
  return negate(parts);
}

/** What a hold has taken, each block once, in the order in which it burns down, whenever it was taken. */
export function slicesOf(world: World, hold: string): readonly Part[] {
  const parts = merge(world.slices.filter((slice) => slice.hold === hold));
  return inBurnDownOrder(world, world.blocks).flatMap(({ name }) => parts.filter(({ block }) => block === name));
}

export function takeFromSlices(world: World, hold: string, parts: readonly Part[]): void {
  for (const { block, amount } of parts) {
    let missing = amount;
    for (const slice of world.slices.filter((one) => one.hold === hold && one.block === block)) {
      const taken = slice.amount < missing ? slice.amount : missing;
      slice.amount -= taken;
      missing -= taken;
    }
    if (missing > 0n) throw new Error(`The model takes ${missing} too much from what ${hold} holds of ${block}.`);
  }
  world.slices = world.slices.filter(({ amount }) => amount > 0n);
}

/** Gives back all that a hold has taken, and returns it. */
export function endSlices(world: World, hold: string): readonly Part[] {
  const parts = slicesOf(world, hold);
  takeFromSlices(world, hold, parts);
  return parts;
}

export function negate(parts: readonly Part[]): readonly Part[] {
  return parts.map(({ block, amount }) => ({ block, amount: -amount }));
}

/** One part for each block. */
export function merge(parts: readonly Part[]): readonly Part[] {
  const merged = new Map<string, bigint>();
  for (const { block, amount } of parts) merged.set(block, (merged.get(block) ?? 0n) + amount);
  return [...merged].map(([block, amount]) => ({ block, amount }));
}
