import { setTimeout as delay } from 'node:timers/promises';

import type { Caller, Driver } from '../load/driver.ts';
import type { HttpConnection } from '../load/http-connection.ts';
import { exchange, giveUp, openHttpDriver } from '../load/http-driver.ts';
import type { ConnectionOptions } from '../load/http-driver.ts';
import { newIdempotencyKey } from '../load/idempotency-keys.ts';
import { commitRequest, customerOf, holdIdIn, holdRequest, isCommitted, ofTenant } from './credits-api.ts';

export interface CreditPairsOptions extends ConnectionOptions {
  /** Over how many customers the pairs are spread. */
  readonly customers: number;
  /** Over how many tenants, each of which has all of these customers. */
  readonly tenants: number;
  /** The number of the first of them. */
  readonly firstTenant: number;
  /** How long each connection rests after a pair, so that the load is a light one. */
  readonly pauseMs: number;
}

export const creditPairsDriver = import.meta.url;

/** Holds and commits in turn on each connection, each request with a key of its own. */
export async function openDriver(options: CreditPairsOptions): Promise<Driver> {
  return openHttpDriver(options, (connection, index) => createCaller(connection, index, options));
}

function createCaller(connection: HttpConnection, index: number, options: CreditPairsOptions): Caller {
  const { customers, tenants, firstTenant, connections, pauseMs, keys = 'random' } = options;
  let count = 0;
  return async (tally) => {
    const number = count * connections + index;
    const customer = customerOf(number % customers);
    const tenant = firstTenant + (number % tenants);
    count += 1;
    const hold = ofTenant(holdRequest(customer, newIdempotencyKey(keys)), tenant);
    const held = await exchange({ connection, request: hold, status: 201, tally });
    const holdId = holdIdIn(held);
    if (holdId === undefined) return giveUp(tally, held);
    tally.unitsDone(0.5);
    const commit = ofTenant(commitRequest(holdId, newIdempotencyKey(keys)), tenant);
    const committed = await exchange({ connection, request: commit, status: 200, tally });
    if (!isCommitted(committed)) return giveUp(tally, committed);
    tally.unitsDone(0.5);
    if (pauseMs > 0) await delay(pauseMs);
    return true;
  };
}
