import type { Holdfast, Transaction } from '@holdfast/sdk';

/** The entries that made these blocks, as far as there are any: what overage took was made by none. */
export async function readGrants(
  holdfast: Holdfast,
  customerId: string,
  blockIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly Transaction[]> {
  const missing = new Set(blockIds);
  const found: Transaction[] = [];
  for (const type of ['grant', 'adjustment'] as const) {
    if (missing.size === 0) break;
    for await (const entry of holdfast.credits.transactions({ id: customerId }, { type, limit: 200 }, { signal })) {
      const isWanted = entry.delta > 0 && entry.blocks.some(({ block_id: id }) => missing.delete(id));
      if (isWanted) found.push(entry);
      if (missing.size === 0) break;
    }
  }
  return found;
}
