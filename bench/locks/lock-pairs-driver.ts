import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Caller, Driver } from '../load/driver.ts';
import { HttpConnection } from '../load/http-connection.ts';
import { toRequestText } from '../load/http-request.ts';
import type { HttpRequest } from '../load/http-request.ts';
import type { Tally } from '../load/tally.ts';
import { timed } from '../load/timed.ts';
import { apiKeyOf, countIn, releaseTokensIn, reserveRequest, unreserveRequest } from './lock-api.ts';

export interface LockPairsOptions {
  /** The servers; connections go to each in turn. */
  readonly urls: readonly string[];
  readonly connections: number;
  /** How many locks one request takes. */
  readonly itemsPerRequest: number;
  /** Over how many tenants the pairs are spread. */
  readonly tenants: number;
  /** How long each connection rests after a pair, so that the load is a light one. */
  readonly pauseMs: number;
}

export const lockPairsDriver = import.meta.url;

/** How many names each connection goes round. */
const namesPerConnection = 1_000;
const ttlSeconds = 60;

/** Reserves and unreserves names in turn on each connection, as clients do, each request with a key of its own. */
export async function openDriver(options: LockPairsOptions): Promise<Driver> {
  const { urls } = options;
  const indexes = [...Array(options.connections).keys()];
  const connections = await Promise.all(indexes.map((index) => HttpConnection.open(urls[index % urls.length] ?? '')));
  const run = randomUUID().slice(0, 8);
  return {
    callers: connections.map((connection, index) => createCaller(connection, `${run}-${index}`, index, options)),
    close: () => connections.forEach((connection) => connection.close()),
  };
}

function createCaller(connection: HttpConnection, requester: string, index: number, options: LockPairsOptions): Caller {
  const { itemsPerRequest, tenants, connections, pauseMs } = options;
  let count = 0;
  return async (tally) => {
    const names = namesFor(index, count * itemsPerRequest, itemsPerRequest);
    const items = names.map((resource) => ({ requester, resource }));
    const apiKey = apiKeyOf((count * connections + index) % tenants);
    const pair = `${requester}-${count}`;
    count += 1;
    const keys = { apiKey, idempotencyKey: `r-${pair}` };
    const reserved = await exchange(connection, reserveRequest(items, ttlSeconds, keys), tally);
    const tokens = releaseTokensIn(reserved, itemsPerRequest);
    if (tokens === undefined) return giveUp(tally, reserved);
    tally.unitsDone(itemsPerRequest / 2);
    const freed = await exchange(
      connection,
      unreserveRequest(items, tokens, { apiKey, idempotencyKey: `u-${pair}` }),
      tally,
    );
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

/** Makes a request and resolves to the body of its answer, which says the status as well unless that is 200. */
async function exchange(connection: HttpConnection, request: HttpRequest, tally: Tally): Promise<string> {
  const { status, body } = await timed(tally, () => connection.exchange(toRequestText(request)));
  return status === 200 ? body : `status ${status}: ${body.replaceAll('"status"', 'status')}`;
}

/** A lock that isn't free now may stay so: the next pair takes another name, so this one is only counted. */
function giveUp(tally: Tally, answer: string): true {
  tally.wrongAnswer(answer);
  return true;
}
