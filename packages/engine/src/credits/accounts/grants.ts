import { findFree, negative, spendFree, totalOf } from '../burn-down.ts';
import { payDebt } from '../expiry.ts';
import type { Block, Entry } from '../records.ts';
import { effectiveBalance } from '../state.ts';
import type { CreditState } from '../state.ts';

/** Credits that a customer is granted, and where they come from. */
export type GrantCommand = Pick<
  Block,
  | 'priority'
  | 'expiresAtMs'
  | 'source'
  | 'pricePaid'
  | 'currency'
  | 'packageId'
  | 'externalPaymentId'
  | 'reason'
  | 'metadataJson'
> & { readonly credits: number };

export type GrantOutcome =
  | { readonly status: 'GRANTED'; readonly blockId: string; readonly block: Block; readonly entry: Entry }
  | { readonly status: 'OVERFLOW' | 'EXPIRES_TOO_SOON' };

export interface AdjustCommand {
  readonly delta: number;
  readonly reason: string;
}

export type AdjustOutcome =
  | { readonly status: 'ADJUSTED'; readonly entry: Entry }
  | { readonly status: 'OVERFLOW' | 'INSUFFICIENT' };

/** Grants credits as a block of their own. A debt is paid from it first. */
export function grant(state: CreditState, command: GrantCommand, nowMs: number): GrantOutcome {
  const { credits } = command;
  if (expiresTooSoon(command, nowMs)) return { status: 'EXPIRES_TOO_SOON' };
  if (!Number.isSafeInteger(state.account.lifetimeEarned + credits)) return { status: 'OVERFLOW' };
  if (!hasRoomFor(state, credits)) return { status: 'OVERFLOW' };

  state.changeAccount({ lifetimeEarned: state.account.lifetimeEarned + credits });
  const { blockId, entry } = addBlock(state, command, 'grant', nowMs);
  return { status: 'GRANTED', blockId, block: state.block(blockId), entry };
}

/** Whether the credits would have expired before they are granted. */
export function expiresTooSoon({ expiresAtMs }: Pick<GrantCommand, 'expiresAtMs'>, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= nowMs;
}

/** Adjusts a balance, down to what is neither spent nor held. */
export function adjust(state: CreditState, { delta, reason }: AdjustCommand, nowMs: number): AdjustOutcome {
  if (delta > 0) {
    if (!hasRoomFor(state, delta)) return { status: 'OVERFLOW' };
    const { entry } = addBlock(state, { ...correction, credits: delta, reason }, 'adjustment', nowMs);
    return { status: 'ADJUSTED', entry };
  }
  if (effectiveBalance(state.account) < 0 - delta) return { status: 'INSUFFICIENT' };
  const slices = findFree(state, 0 - delta, nowMs);
  if (totalOf(slices) < 0 - delta) return { status: 'INSUFFICIENT' };

  spendFree(state, slices);
  const blocks = negative(slices);
  const entry = state.post({ type: 'adjustment', delta, balanceDelta: delta, blocks, reason, atMs: nowMs });
  return { status: 'ADJUSTED', entry };
}

const correction = {
  source: 'adjustment',
  priority: 0,
  expiresAtMs: null,
  pricePaid: null,
  currency: null,
  packageId: null,
  externalPaymentId: null,
  metadataJson: null,
};

/** Whether the blocks can hold that much more: a debt makes the balance smaller, but not the blocks. */
function hasRoomFor(state: CreditState, credits: number): boolean {
  const { balance, debt } = state.account;
  return Number.isSafeInteger(balance + (debt?.amount ?? 0) + credits);
}

function addBlock(
  state: CreditState,
  { credits, ...source }: GrantCommand,
  type: 'grant' | 'adjustment',
  nowMs: number,
): { readonly blockId: string; readonly entry: Entry } {
  const blockId = state.newId();
  state.putBlock(blockId, { ...source, original: credits, remaining: credits, held: 0, createdAtMs: nowMs });
  const entry = state.post({
    type,
    delta: credits,
    balanceDelta: credits,
    blocks: [{ blockId, amount: credits }],
    referenceId: blockId,
    reason: source.reason,
    metadataJson: source.metadataJson,
    atMs: nowMs,
  });
  payDebt(state, nowMs);
  return { blockId, entry };
}
