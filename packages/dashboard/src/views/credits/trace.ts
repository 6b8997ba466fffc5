import type { Block, Transaction } from '@holdfast/sdk';

/** What is known of the grant that a block was made by. */
export interface Origin {
  readonly blockId: string;
  /** Where the credits come from; undefined if the block has been used up, so that only its entry tells of it. */
  readonly source: string | undefined;
  readonly amount: number;
  readonly reason: string | null;
  readonly createdAt: string;
}

/** A part of a ledger entry, and the grant that it came from or went to. */
export interface TracedPart {
  readonly blockId: string;
  readonly amount: number;
  /** Undefined as long as the grant's entry hasn't been read. */
  readonly origin: Origin | undefined;
}

/** Grants by block: from blocks that have something left, and from the entries of all others. */
export function findOrigins(blocks: readonly Block[], entries: readonly Transaction[]): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const { type, delta, reason, created_at: createdAt, blocks: parts } of entries) {
    const isGrant = type === 'grant' || (type === 'adjustment' && delta > 0);
    if (!isGrant) continue;
    for (const { block_id: blockId } of parts) {
      origins.set(blockId, { blockId, source: undefined, amount: delta, reason, createdAt });
    }
  }
  for (const { id, source, original_amount: amount, reason, created_at: createdAt } of blocks) {
    origins.set(id, { blockId: id, source, amount, reason, createdAt });
  }
  return origins;
}

/** What an entry took from which grants, or gave back to them. */
export function traceOf(entry: Transaction, origins: ReadonlyMap<string, Origin>): readonly TracedPart[] {
  return entry.blocks.map(({ block_id: blockId, amount }) => ({ blockId, amount, origin: origins.get(blockId) }));
}

/** Whether an entry leads to grants whose own entries haven't been read yet. */
export function hasUnknownOrigins(entry: Transaction, origins: ReadonlyMap<string, Origin>): boolean {
  return traceOf(entry, origins).some(({ origin }) => origin === undefined);
}

/** The entries of the same hold, oldest first: how it was made, used and released. */
export function entriesOfHold(entry: Transaction, entries: readonly Transaction[]): readonly Transaction[] {
  if (entry.reference_id === null || entry.billable_metric_key === null) return [];
  const ofSameHold = entries.filter(({ reference_id: id }) => id === entry.reference_id);
  return ofSameHold.some(({ type }) => type === 'hold') ? ofSameHold.toReversed() : [];
}
