import { showAccount, showLedger } from '../model/shown.ts';
import type { State } from '../model/state.ts';
import { match } from './match.ts';
import type { Names } from './names.ts';
import type { World } from './world.ts';

/** What the service says of a customer's credits, all of one moment. */
export interface Books {
  readonly customer: string;
  readonly account: Account;
  /** Oldest first. */
  readonly ledger: readonly LedgerEntry[];
}

interface Account {
  readonly balance: number;
  readonly reserved_balance: number;
  readonly effective_balance: number;
  readonly version: number;
  readonly blocks: readonly ShownBlock[];
}

export interface ShownBlock {
  readonly id: string;
  readonly remaining_amount: number;
  readonly held_amount: number;
  readonly source: string;
}

export interface LedgerEntry {
  readonly type: string;
  readonly delta: number;
  readonly balance_delta: number;
  readonly reserved_delta: number;
  readonly balance_after: number;
  readonly reserved_after: number;
  readonly reference_id: string | null;
  readonly blocks: readonly { readonly block_id: string; readonly amount: number }[];
  readonly created_at: string;
}

interface Page {
  readonly data: readonly LedgerEntry[];
  readonly pagination: { readonly next_cursor: string | null };
}

const entriesPerPage = 200;

/** Nobody may write meanwhile. */
export async function readBooks(world: World, customer: string): Promise<Books> {
  const path = { external_id: customer };
  const [account, ledger] = await Promise.all([
    read(world, 'getAccountByExternalId', { path, query: { include_blocks: true } }),
    readLedger(world, path),
  ]);
  return { customer, account: account as Account, ledger: ledger.toReversed() };
}

async function readLedger(world: World, path: object): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  let cursor: string | null = null;
  do {
    const query: object = { limit: entriesPerPage, ...(cursor === null ? {} : { cursor }) };
    const page = (await read(world, 'listTransactionsByExternalId', { path, query })) as Page;
    entries.push(...page.data);
    cursor = page.pagination.next_cursor;
  } while (cursor !== null);
  return entries;
}

type Reading = 'getAccount' | 'listTransactions' | 'listHolds' | 'auditAccount';

/** The answer to something that can't be refused. */
export async function read(
  world: World,
  operationId: 'getHold' | 'listCreditEvents' | `${Reading}ByExternalId`,
  input: object,
): Promise<unknown> {
  const { outcome } = await world.call({ operationId, input });
  if (!outcome.ok) throw new Error(`${operationId} was refused: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** Where the books aren't what the model says. */
export function compareBooks({ customer, account, ledger }: Books, state: State, names: Names): readonly string[] {
  return [
    ...match(showLedger(state, customer).toReversed(), ledger, names, `${customer}'s ledger `),
    ...match(showAccount(state, customer), account, names, `${customer}'s account `),
  ];
}
