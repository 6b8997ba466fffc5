import { randomUUID } from 'node:crypto';

import { Client } from 'pg';
import type { Pool } from 'pg';

import type { Driver } from '../load/driver.ts';
import { openPool } from '../peers/postgresql-pool.ts';
import type { PostgresqlAddress } from '../peers/postgresql-server.ts';
import { createLockCaller, ttlMs } from './lock-caller.ts';
import type { Acquire } from './lock-caller.ts';

export interface PostgresqlLockOptions {
  readonly address: PostgresqlAddress;
  /** How many callers, and connections in their pool. */
  readonly callers: number;
  /** A row for each lock, or advisory locks, which are the session's and end with it. */
  readonly kind: 'rows' | 'advisory';
}

export const postgresqlLockDriver = import.meta.url;

const acquireRow = {
  name: 'acquire_lock',
  text: `INSERT INTO locks (name, token, expires_at) VALUES ($1, $2, now() + $3 * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
    WHERE locks.expires_at <= now()`,
};
const releaseRow = { name: 'release_lock', text: 'DELETE FROM locks WHERE name = $1 AND token = $2' };
const acquireAdvisory = {
  name: 'acquire_advisory',
  text: 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS done',
};
const releaseAdvisory = {
  name: 'release_advisory',
  text: 'SELECT pg_advisory_unlock(hashtextextended($1, 0)) AS done',
};

/** What one would write without Holdfast. */
export async function createLockTable(address: PostgresqlAddress): Promise<void> {
  const client = new Client({ ...address });
  await client.connect();
  await client.query(
    'CREATE TABLE locks (name text PRIMARY KEY, token uuid NOT NULL, expires_at timestamptz NOT NULL)',
  );
  await client.end();
}

/** Callers with clients of one pool. */
export async function openDriver({ address, callers, kind }: PostgresqlLockOptions): Promise<Driver> {
  const pool = await openPool(address, callers);
  const acquire = kind === 'rows' ? rowLocks(pool) : advisoryLocks(pool);
  return {
    callers: Array.from({ length: callers }, (_, index) => createLockCaller(index, acquire)),
    close: () => pool.end(),
  };
}

function rowLocks(pool: Pool): Acquire {
  return async (name) => {
    const token = randomUUID();
    const taken = await pool.query({ ...acquireRow, values: [name, token, ttlMs] });
    assertDone(name, taken.rowCount === 1);
    return async () => {
      const freed = await pool.query({ ...releaseRow, values: [name, token] });
      assertDone(name, freed.rowCount === 1);
    };
  };
}

/** Whoever holds such a lock keeps its connection. */
function advisoryLocks(pool: Pool): Acquire {
  return async (name) => {
    const client = await pool.connect();
    const run = async (statement: typeof acquireAdvisory) => {
      const { rows } = await client.query<{ done: boolean }>({ ...statement, values: [name] });
      assertDone(name, rows[0]?.done === true);
    };
    await run(acquireAdvisory);
    return async () => {
      await run(releaseAdvisory);
      client.release();
    };
  };
}

function assertDone(name: string, isDone: boolean): void {
  if (!isDone) throw new Error(`${name} was not free, or not held`);
}
