import { spanOf } from '../comparison/due-rounds.ts';
import type { Expiries, SeedOrder } from '../comparison/due-rounds.ts';
import { sweptUp } from '../holdfast/sweep-end.ts';
import type { HttpConnection } from '../load/http-connection.ts';
import { inParallel } from '../load/in-parallel.ts';
import { customerOf, customerPath, getRequest, holdRequest } from './credits-api.ts';
import { succeed } from './seed-customers.ts';

export interface DueHoldsOptions {
  readonly url: string;
  /** Over how many customers the holds are spread. */
  readonly customers: number;
}

const returnTimeoutMs = 180_000;

interface TransactionPage {
  readonly data: readonly {
    readonly reference_id: string | null;
    readonly reserved_delta: number;
  }[];
  readonly pagination: { readonly next_cursor: string | null };
}

/** Holds credits of the customers in turn; resolves to when each hold lapses, by id. */
export async function seedDueHolds(
  { url, customers }: DueHoldsOptions,
  { count, ttlSecondsNow }: SeedOrder,
): Promise<Expiries> {
  const expiries = new Map<string, number>();
  await inParallel({ url, connections: 64, count }, async (connection, { first }) => {
    const request = holdRequest(customerOf(first % customers), undefined, ttlSecondsNow());
    const { id, expires_at } = JSON.parse(await succeed(connection, request)) as { id: string; expires_at: string };
    expiries.set(id, Date.parse(expires_at));
  });
  return expiries;
}

/**
 * When the credits of all these holds were back, in epoch milliseconds. The ledger doesn't tell: whoever gives credits
 * back, and whenever, the entry says when the hold lapsed. So the server's word counts, and the ledger confirms it.
 */
export async function readReturnTime(
  options: DueHoldsOptions,
  expiries: Expiries,
  load: Promise<unknown>,
): Promise<number> {
  const backAtMs = await sweptUp(options.url, spanOf(expiries).lastMs, returnTimeoutMs);
  await load;
  const missing = await findMissingReturns(options, expiries);
  if (missing.size > 0) throw new Error(`The ledger doesn't give back the credits of ${missing.size} holds.`);
  return backAtMs;
}

/** The holds whose credits the ledger doesn't give back. */
async function findMissingReturns(
  { url, customers }: DueHoldsOptions,
  expiries: Expiries,
): Promise<ReadonlySet<string>> {
  const from = new Date(spanOf(expiries).firstMs).toISOString();
  const missing = new Set(expiries.keys());
  await inParallel({ url, connections: 8, count: customers }, async (connection, { first }) => {
    for await (const { reference_id: holdId, reserved_delta: delta } of entriesOf(connection, first, from)) {
      if (holdId === null || delta >= 0 || !expiries.has(holdId)) continue;
      if (!missing.delete(holdId)) throw new Error(`The credits of the hold ${holdId} came back twice.`);
    }
  });
  return missing;
}

async function* entriesOf(connection: HttpConnection, customer: number, from: string) {
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ from, limit: '200', ...(cursor !== null && { cursor }) });
    const request = getRequest(`${customerPath(customerOf(customer))}/transactions?${query}`);
    const page = JSON.parse(await succeed(connection, request)) as TransactionPage;
    yield* page.data;
    cursor = page.pagination.next_cursor;
  } while (cursor !== null);
}
