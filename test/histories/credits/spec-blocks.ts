import type { Slice, State } from './spec-state.ts';

/** Blocks that expire are used up before what never does, the soonest first, and the oldest of those. */
export function inBurnDownOrder({ blocks }: State): readonly number[] {
  return [...blocks.keys()].toSorted((one, other) => blocks[one]!.expiresMs - blocks[other]!.expiresMs);
}

export function heldOf({ holds }: State, block: number): number {
  const slices = Object.values(holds).flatMap((hold) => hold.slices.filter((slice) => slice.block === block));
  return slices.reduce((total, { amount }) => total + amount, 0);
}

/** What is taken of blocks that expire when so much is taken of what is free. */
export function chooseFree(state: State, amount: number): readonly Slice[] {
  const free = inBurnDownOrder(state).map((block) => ({ block, amount: freeOf(state, block) }));
  return splitSlices(free, amount)[0];
}

/** The first `amount` of slices, and the rest. */
export function splitSlices(slices: readonly Slice[], amount: number): readonly [readonly Slice[], readonly Slice[]] {
  let missing = amount;
  const parts = slices.map((slice) => {
    const taken = Math.min(missing, slice.amount);
    missing -= taken;
    return [
      { ...slice, amount: taken },
      { ...slice, amount: slice.amount - taken },
    ] as const;
  });
  const isSome = (slice: Slice) => slice.amount > 0;
  return [parts.map(([first]) => first).filter(isSome), parts.map(([, rest]) => rest).filter(isSome)];
}

/** Both, one slice for each block, in burn-down order. */
export function joinSlices(state: State, ...groups: readonly (readonly Slice[])[]): readonly Slice[] {
  const all = groups.flat();
  const amountOf = (block: number) =>
    all.reduce((total, slice) => total + (slice.block === block ? slice.amount : 0), 0);
  const joined = inBurnDownOrder(state).map((block) => ({ block, amount: amountOf(block) }));
  return joined.filter(({ amount }) => amount > 0);
}

/** Spends so much: these slices, and else what never expires. */
export function spend(state: State, amount: number, slices: readonly Slice[]): State {
  const left = slices.reduce((before, { block, amount: spent }) => takeFrom(before, block, spent), state);
  return { ...left, balance: state.balance - amount };
}

/** After these were freed: what is free of a block that is over expires, with a line in the ledger. */
export function expireFreed(state: State, slices: readonly Slice[]): State {
  return slices.reduce((before, { block }) => (before.blocks[block]!.isOver ? expire(before, block) : before), state);
}

/** The block is over: it keeps what holds have of it, and the rest expires. */
export function expire(state: State, block: number): State {
  const free = freeOf(state, block);
  const { balance, version, ...rest } = takeFrom(state, block, free);
  const blocks = rest.blocks.with(block, { ...rest.blocks[block]!, isOver: true });
  if (free === 0) return { ...state, blocks };
  return { ...rest, blocks, balance: balance - free, version: version === null ? null : version + 1 };
}

function freeOf(state: State, block: number): number {
  return state.blocks[block]!.left - heldOf(state, block);
}

function takeFrom(state: State, block: number, amount: number): State {
  const { left, ...rest } = state.blocks[block]!;
  return { ...state, blocks: state.blocks.with(block, { ...rest, left: left - amount }) };
}
