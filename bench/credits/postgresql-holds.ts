import { randomUUID } from 'node:crypto';

import { statements } from './postgresql-statements.ts';

/** What is needed of a client of `pg`. */
export interface SqlClient {
  query(statement: string | Statement): Promise<{ readonly rows: readonly unknown[] }>;
}

type Value = string | number;

interface Statement {
  readonly name: string;
  readonly text: string;
  // `pg` wants to be able to change it.
  readonly values: Value[];
}

export interface HoldOrder {
  readonly customer: string;
  readonly metric: string;
  readonly units: number;
  readonly cost: number;
  readonly ttlSeconds: number;
  /** Absent: nothing keeps the hold from being made twice. */
  readonly idempotencyKey: string | undefined;
}

export interface CommitOrder {
  readonly holdId: string;
  readonly cost: number;
  readonly idempotencyKey: string | undefined;
}

interface Entry {
  readonly holdId: string;
  readonly type: 'hold' | 'consumption';
  readonly balanceDelta: number;
  readonly reservedDelta: number;
}

interface HoldRow {
  readonly account_id: string;
  readonly cost: string;
  readonly status: string;
  readonly is_live: boolean;
}

interface Account {
  readonly id: string;
  readonly balance: number;
  readonly reserved: number;
}

/** Holds credits; resolves to the hold's id. Rejects, and leaves nothing behind, if there aren't enough. */
export function hold(client: SqlClient, order: HoldOrder): Promise<string> {
  const { customer, metric, units, cost, ttlSeconds, idempotencyKey } = order;
  const holdId = randomUUID();
  return inTransaction(client, async () => {
    await takeKey(client, ['hold', idempotencyKey, holdId]);
    const account = await lockAccount(client, customer);
    if (account.balance - account.reserved < cost) throw new Error(`${customer} has not got ${cost} credits`);
    await run(client, 'addHold', [holdId, customer, metric, units, cost, ttlSeconds]);
    await change(client, account, { holdId, type: 'hold', balanceDelta: 0, reservedDelta: cost });
    return holdId;
  });
}

/** Debits what was used of a hold, and gives back all that was held. */
export function commit(client: SqlClient, { holdId, cost, idempotencyKey }: CommitOrder): Promise<void> {
  return inTransaction(client, async () => {
    await takeKey(client, ['commit', idempotencyKey, holdId]);
    const held = await lockHold(client, holdId);
    const account = await lockAccount(client, held.customer);
    await run(client, 'endHold', [holdId, cost]);
    await change(client, account, { holdId, type: 'consumption', balanceDelta: -cost, reservedDelta: -held.cost });
  });
}

async function inTransaction<Result>(client: SqlClient, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

type Key = readonly [operation: string, key: string | undefined, holdId: string];

/** Before the account is locked, so that nobody waits for it. */
async function takeKey(client: SqlClient, [operation, key, holdId]: Key): Promise<void> {
  if (key !== undefined) await run(client, 'takeKey', [operation, key, holdId]);
}

async function lockHold(client: SqlClient, holdId: string): Promise<{ customer: string; cost: number }> {
  const row = await run<HoldRow>(client, 'lockHold', [holdId]);
  if (row?.status !== 'active' || !row.is_live) throw new Error(`the hold ${holdId} is not active`);
  return { customer: row.account_id, cost: Number(row.cost) };
}

async function lockAccount(client: SqlClient, id: string): Promise<Account> {
  const row = await run<{ balance: string; reserved: string }>(client, 'lockAccount', [id]);
  if (row === undefined) throw new Error(`there is no account ${id}`);
  return { id, balance: Number(row.balance), reserved: Number(row.reserved) };
}

/** Changes balances, and says so in the ledger. */
async function change(client: SqlClient, { id, balance, reserved }: Account, entry: Entry): Promise<void> {
  const { holdId, type, balanceDelta, reservedDelta } = entry;
  const after = [balance + balanceDelta, reserved + reservedDelta];
  await run(client, 'setBalances', [id, ...after]);
  await run(client, 'addEntry', [id, holdId, type, balanceDelta, reservedDelta, ...after]);
}

/** Runs a statement; resolves to its first row. */
async function run<Row>(client: SqlClient, name: keyof typeof statements, values: Value[]): Promise<Row | undefined> {
  const { rows } = await client.query({ ...statements[name], values });
  return rows[0] as Row | undefined;
}
