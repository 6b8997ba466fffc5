import { Client } from 'pg';

import type { PostgresqlAddress } from '../peers/postgresql-server.ts';
import { creditsOfCustomer, customerOf } from './credits-api.ts';

/** What one would write without Holdfast: the columns that a pair needs, and indexes to list by and to expire by. */
const schema = `
  CREATE TABLE accounts (id text PRIMARY KEY, balance bigint NOT NULL, reserved bigint NOT NULL);
  CREATE TABLE holds (
    id uuid PRIMARY KEY, account_id text NOT NULL, metric text NOT NULL, units bigint NOT NULL, cost bigint NOT NULL,
    committed_cost bigint, status text NOT NULL, expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX holds_due ON holds (expires_at) WHERE status = 'active';
  CREATE TABLE entries (
    id bigserial PRIMARY KEY, account_id text NOT NULL, hold_id uuid, type text NOT NULL,
    balance_delta bigint NOT NULL, reserved_delta bigint NOT NULL,
    balance_after bigint NOT NULL, reserved_after bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX entries_of_account ON entries (account_id, id);
  CREATE TABLE idempotency_keys (
    operation text NOT NULL, key text NOT NULL, hold_id uuid NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (operation, key)
  );
`;

const addAccounts = `
  INSERT INTO accounts (id, balance, reserved)
  SELECT id, $2::bigint, 0 FROM unnest($1::text[]) AS id
`;

const addGrants = `
  INSERT INTO entries (account_id, type, balance_delta, reserved_delta, balance_after, reserved_after)
  SELECT id, 'grant', balance, 0, balance, 0 FROM accounts
`;

const faultyAccounts = `
  SELECT id FROM accounts LEFT JOIN (
    SELECT account_id, sum(balance_delta) AS balance, sum(reserved_delta) AS reserved FROM entries GROUP BY account_id
  ) AS sums ON account_id = id
  WHERE accounts.balance IS DISTINCT FROM sums.balance OR accounts.reserved IS DISTINCT FROM sums.reserved
    OR accounts.reserved <> 0
`;

/** Creates the tables, and customers with as many credits as they have in Holdfast. */
export function createLedger(address: PostgresqlAddress, customers: number): Promise<void> {
  return withClient(address, async (client) => {
    await client.query(schema);
    const names = Array.from({ length: customers }, (_, number) => customerOf(number));
    await client.query(addAccounts, [names, creditsOfCustomer]);
    await client.query(addGrants);
    await client.query('VACUUM ANALYZE');
  });
}

/** The customers whose balances aren't the sums of their entries, or who hold something, once nobody should. */
export function faultsInLedger(address: PostgresqlAddress): Promise<readonly string[]> {
  return withClient(address, async (client) => {
    const { rows } = await client.query<{ id: string }>(faultyAccounts);
    return rows.map(({ id }) => `postgresql: the ledger of ${id} does not add up`);
  });
}

async function withClient<Result>(
  address: PostgresqlAddress,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(address);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
