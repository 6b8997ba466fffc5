import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { apiKeyOf } from '../holdfast/api-key.ts';
import type { Caller, Driver } from '../load/driver.ts';
import type { HttpConnection } from '../load/http-connection.ts';
import { exchange, giveUp, openHttpDriver } from '../load/http-driver.ts';
import type { ConnectionOptions } from '../load/http-driver.ts';
import { newIdempotencyKey } from '../load/idempotency-keys.ts';
import { countIn, releaseTokensIn, reserveRequest, unreserveRequest } from './lock-api.ts';

export interface LockPairsOptions extends ConnectionOptions {
  /** How many locks one request takes. */
  readonly itemsPerRequest: number;
  /** Over how many tenants the pairs are spread. */
  readonly tenants: number;
  /** The number of the first of them. */
  readonly firstTenant: number;
  /** How long each connection rests after a pair, so that the load is a light one. */
  readonly pauseMs: number;
}

export const lockPairsDriver = import.meta.url;

/** How many names each connection goes round. */
const namesPerConnection = 1_000;
const ttlSeconds = 60;

/** Reserves and unreserves names in turn on each connection, as clients do, each request with a key of its own. */
export async function openDriver(options: LockPairsOptions): Promise<Driver> {
  const run = randomUUID().slice(0, 8);
  return openHttpDriver(options, (connection, index) => createCaller(connection, `${run}-${index}`, index, options));
}

function createCaller(connection: HttpConnection, requester: string, index: number, options: LockPairsOptions): Caller {
  const { itemsPerRequest, tenants, firstTenant, connections, pauseMs, keys = 'random' } = options;
  let count = 0;
  return async (tally) => {
    const names = namesFor(index, count * itemsPerRequest, itemsPerRequest);
    const items = names.map((resource) => ({ requester, resource }));
    const apiKey = apiKeyOf(firstTenant + ((count * connections + index) % tenants));
    count += 1;
    const reserve = reserveRequest(items, ttlSeconds, { apiKey, idempotencyKey: newIdempotencyKey(keys) });
    const reserved = await exchange({ connection, request: reserve, status: 200, tally });
    const tokens = releaseTokensIn(reserved, itemsPerRequest);
    // A lock that isn't free now may stay so: the next pair takes another name, so this one is only counted.
    if (tokens === undefined) return giveUp(tally, reserved);
    tally.unitsDone(itemsPerRequest / 2);
    const unreserve = unreserveRequest(items, tokens, { apiKey, idempotencyKey: newIdempotencyKey(keys) });
    const freed = await exchange({ connection, request: unreserve, status: 200, tally });
    if (countIn(freed, '"status":"RELINQUISHED"') !== itemsPerRequest) return giveUp(tally, freed);
    tally.unitsDone(itemsPerRequest / 2);
    if (pauseMs > 0) await delay(pauseMs);
    return true;
  };
}

function namesFor(connection: number, start: number, count: number): readonly string[] {
  const first = start % namesPerConnection;
  return Array.from({ length: count }, (_, item) => `bench/${connection}/${first + item}`);
}
