import type { Pool, PoolClient } from 'pg';

import type { Caller, Driver } from '../load/driver.ts';
import { giveUp } from '../load/http-driver.ts';
import { newIdempotencyKey } from '../load/idempotency-keys.ts';
import type { KeyForm } from '../load/idempotency-keys.ts';
import type { Tally } from '../load/tally.ts';
import { timed } from '../load/timed.ts';
import { openPool, withClient } from '../peers/postgresql-pool.ts';
import type { PostgresqlAddress } from '../peers/postgresql-server.ts';
import { customerOf, pair } from './credits-api.ts';
import { commit, hold } from './postgresql-holds.ts';

export interface PostgresqlPairsOptions {
  readonly address: PostgresqlAddress;
  /** How many callers, and connections in their pool. */
  readonly connections: number;
  /** Over how many customers the pairs are spread. */
  readonly customers: number;
  /** What the idempotency keys look like that each transaction keeps, as Holdfast does; undefined: it keeps none. */
  readonly keys: KeyForm | undefined;
}

export const postgresqlPairsDriver = import.meta.url;

/** The pairs that the credit pairs driver makes through HTTP, as transactions of SQL, with clients of one pool. */
export async function openDriver(options: PostgresqlPairsOptions): Promise<Driver> {
  const { address, connections } = options;
  const pool = await openPool(address, connections);
  return {
    callers: Array.from({ length: connections }, (_, index) => createCaller(pool, index, options)),
    close: () => pool.end(),
  };
}

function createCaller(pool: Pool, index: number, options: PostgresqlPairsOptions): Caller {
  const { connections, customers, keys } = options;
  const newKey = () => keys && newIdempotencyKey(keys);
  let count = 0;
  const transact = <Result>(tally: Tally, work: (client: PoolClient) => Promise<Result>) =>
    timed(tally, () => withClient(pool, work));
  return async (tally) => {
    const customer = customerOf((count * connections + index) % customers);
    count += 1;
    try {
      const holdId = await transact(tally, (client) =>
        hold(client, { ...pair.hold, customer, idempotencyKey: newKey() }),
      );
      tally.unitsDone(0.5);
      await transact(tally, (client) => commit(client, { ...pair.commit, holdId, idempotencyKey: newKey() }));
      tally.unitsDone(0.5);
      return true;
    } catch (error) {
      return giveUp(tally, `postgresql: ${String(error)}`);
    }
  };
}
