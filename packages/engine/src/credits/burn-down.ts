import { compareCodePoints } from '../shared/code-points.ts';
import type { Slice } from './records.ts';
import { burnRankOf } from './state.ts';
import type { CreditState } from './state.ts';

/** Up to `amount` of what is free, in burn-down order, without taking it. Lapsed blocks aren't free. */
export function findFree(state: CreditState, amount: number, nowMs: number): readonly Slice[] {
  const slices: Slice[] = [];
  let missing = amount;
  if (missing === 0) return slices;
  for (const { id, value } of state.freeBlocks()) {
    if (value.expiresAtMs !== null && value.expiresAtMs <= nowMs) continue;
    const taken = Math.min(missing, value.remaining - value.held);
    slices.push({ blockId: id, amount: taken });
    missing -= taken;
    if (missing === 0) break;
  }
  return slices;
}

/** The first `amount` of slices, and the rest of them. */
export function splitSlices(slices: readonly Slice[], amount: number): readonly [Slice[], Slice[]] {
  const first: Slice[] = [];
  const rest: Slice[] = [];
  let missing = amount;
  for (const slice of slices) {
    const taken = Math.min(missing, slice.amount);
    missing -= taken;
    if (taken > 0) first.push({ ...slice, amount: taken });
    if (taken < slice.amount) rest.push({ ...slice, amount: slice.amount - taken });
  }
  return [first, rest];
}

/** The sum of slices. */
export function totalOf(slices: readonly Slice[]): number {
  return slices.reduce((total, { amount }) => total + amount, 0);
}

/** Slices merged by block, in order of first occurrence. */
export function mergeSlices(...groups: readonly (readonly Slice[])[]): readonly Slice[] {
  const amounts = new Map<string, number>();
  for (const { blockId, amount } of groups.flat()) amounts.set(blockId, (amounts.get(blockId) ?? 0) + amount);
  return Array.from(amounts, ([blockId, amount]) => ({ blockId, amount }));
}

/** Slices in burn-down order. */
export function inBurnOrder(state: CreditState, slices: readonly Slice[]): readonly Slice[] {
  state.expectBlocks(slices.map(({ blockId }) => blockId));
  const ranked = slices.map((slice) => {
    return { slice, rank: `${burnRankOf(state.block(slice.blockId))}${slice.blockId}` };
  });
  return ranked.sort((left, right) => compareCodePoints(left.rank, right.rank)).map(({ slice }) => slice);
}

export function negative(slices: readonly Slice[]): readonly Slice[] {
  return slices.map(({ blockId, amount }) => ({ blockId, amount: 0 - amount }));
}

/** Takes free credits for a hold. */
export function holdSlices(state: CreditState, slices: readonly Slice[]): void {
  changeBlocks(state, slices, { remaining: 0, held: 1 });
}

/** Frees what a hold has taken. */
export function freeSlices(state: CreditState, slices: readonly Slice[]): void {
  changeBlocks(state, slices, { remaining: 0, held: -1 });
}

/** Spends what a hold has taken. */
export function spendHeld(state: CreditState, slices: readonly Slice[]): void {
  changeBlocks(state, slices, { remaining: -1, held: -1 });
}

/** Spends what is free. */
export function spendFree(state: CreditState, slices: readonly Slice[]): void {
  changeBlocks(state, slices, { remaining: -1, held: 0 });
}

function changeBlocks(
  state: CreditState,
  slices: readonly Slice[],
  sign: { readonly remaining: 0 | -1; readonly held: -1 | 0 | 1 },
): void {
  state.expectBlocks(slices.map(({ blockId }) => blockId));
  for (const { blockId, amount } of slices) {
    const block = state.block(blockId);
    const remaining = block.remaining + sign.remaining * amount;
    state.putBlock(blockId, { ...block, remaining, held: block.held + sign.held * amount });
  }
}
