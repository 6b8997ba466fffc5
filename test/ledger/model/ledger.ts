import { inBurnDownOrder } from './burn-down-order.ts';
import { sum } from './state.ts';
import type { Entry, Part, State } from './state.ts';

type Writing = Pick<Entry, 'customer' | 'type' | 'parts'> & Partial<Entry>;

/** Writes a line of the ledger. */
export function enter(state: State, writing: Writing): void {
  const nothing = { fact: undefined, reference: null, metric: null, units: null, reason: null, overage: null };
  const amounts = { delta: 0n, balanceDelta: 0n, reservedDelta: 0n };
  const { nowMs: atMs, isLapsing: isLapse } = state;
  const own = state.customers.find(({ externalId }) => externalId === writing.customer)?.thresholds;
  state.entries.push({ atMs, isLapse, thresholds: own ?? state.thresholds, ...nothing, ...amounts, ...writing });
}

export function addUp(parts: readonly Part[]): bigint {
  return sum(parts.map(({ amount }) => amount));
}

/** Returns the same amounts with a minus. */
export function takeFromBlocks(state: State, parts: readonly Part[]): readonly Part[] {
  for (const { block, amount } of parts) {
    const found = state.blocks.find(({ name }) => name === block);
    if (found === undefined || found.left < amount) throw new Error(`The model takes ${amount} from ${block}.`);
    found.left -= amount;
  }
  return negate(parts);
}

/** What a hold has taken, each block once, in the order in which it burns down, whenever it was taken. */
export function slicesOf(state: State, hold: string): readonly Part[] {
  const parts = merge(state.slices.filter((slice) => slice.hold === hold));
  return inBurnDownOrder(state, state.blocks).flatMap(({ name }) => parts.filter(({ block }) => block === name));
}

export function takeFromSlices(state: State, hold: string, parts: readonly Part[]): void {
  for (const { block, amount } of parts) {
    let missing = amount;
    for (const slice of state.slices.filter((one) => one.hold === hold && one.block === block)) {
      const taken = slice.amount < missing ? slice.amount : missing;
      slice.amount -= taken;
      missing -= taken;
    }
    if (missing > 0n) throw new Error(`The model takes ${missing} too much from what ${hold} holds of ${block}.`);
  }
  state.slices = state.slices.filter(({ amount }) => amount > 0n);
}

/** Gives back all that a hold has taken, and returns it. */
export function endSlices(state: State, hold: string): readonly Part[] {
  const parts = slicesOf(state, hold);
  takeFromSlices(state, hold, parts);
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
