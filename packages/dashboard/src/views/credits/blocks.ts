import type { Block } from '@holdfast/sdk';

/** A block, and its place in the order in which blocks are used up. */
export interface BurnDownStep {
  readonly block: Block;
  /** What can be used: neither used already nor held. */
  readonly free: number;
  /** How much is used up before this one. */
  readonly freeBefore: number;
}

/** What usage took beyond the credits: it is shown as one more block, below 0. */
export function isDebt(block: Block): boolean {
  return block.remaining_amount < 0;
}

/** The blocks as the server gives them, which is in burn-down order, with what is used up before each. */
export function burnDown(blocks: readonly Block[]): readonly BurnDownStep[] {
  let freeBefore = 0;
  return blocks
    .filter((block) => !isDebt(block))
    .map((block) => {
      const step = { block, free: block.remaining_amount - block.held_amount, freeBefore };
      freeBefore += step.free;
      return step;
    });
}

/** A block that would pay for something, and how much of it. */
export interface Payment {
  readonly block: Block;
  readonly amount: number;
}

/** Which blocks would pay if this were used now. Those that have expired pay nothing. */
export function paymentsFor(amount: number, blocks: readonly Block[], nowMs: number): readonly Payment[] {
  const payments: Payment[] = [];
  let missing = amount;
  for (const { block, free } of burnDown(blocks)) {
    if (block.expires_at !== null && Date.parse(block.expires_at) <= nowMs) continue;
    const taken = Math.min(free, missing);
    if (taken > 0) payments.push({ block, amount: taken });
    missing -= taken;
  }
  return payments;
}
