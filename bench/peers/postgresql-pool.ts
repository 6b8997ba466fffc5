import { Pool } from 'pg';
import type { PoolClient } from 'pg';

import type { PostgresqlAddress } from './postgresql-server.ts';

/** All connections are open from the start. One that breaks shows in whatever is asked of it next. */
export async function openPool(address: PostgresqlAddress, max: number): Promise<Pool> {
  const pool = new Pool({ ...address, max });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const clients = await Promise.all(Array.from({ length: max }, () => pool.connect()));
  for (const client of clients) client.release();
  return pool;
}

/** Does something with a client of the pool that nobody else has meanwhile. */
export async function withClient<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}
