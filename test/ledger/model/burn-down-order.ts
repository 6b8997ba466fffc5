import type { Block, State } from './state.ts';

/** Lower priority first; then what expires sooner, what never does last; then free before paid; then the oldest. */
export function inBurnDownOrder(state: State, blocks: readonly Block[]): readonly Block[] {
  const never = Number.MAX_SAFE_INTEGER;
  const ranked = blocks.map((block) => {
    const { priority, expiresAtMs, pricePaid } = block;
    const isPaid = pricePaid !== null && pricePaid > 0;
    return { block, ranks: [priority, expiresAtMs ?? never, isPaid ? 1 : 0, state.blocks.indexOf(block)] };
  });
  const compare = (one: readonly number[], other: readonly number[]) => {
    const differing = one.findIndex((rank, index) => rank !== other[index]);
    return differing === -1 ? 0 : one[differing]! - other[differing]!;
  };
  return ranked.toSorted((one, other) => compare(one.ranks, other.ranks)).map(({ block }) => block);
}
