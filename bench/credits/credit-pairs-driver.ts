import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Caller, Driver } from '../load/driver.ts';
import type { HttpConnection } from '../load/http-connection.ts';
import { exchange, giveUp, openHttpDriver } from '../load/http-driver.ts';
import type { ConnectionOptions } from '../load/http-driver.ts';
import { commitRequest, customerOf, holdIdIn, holdRequest, isCommitted } from './credits-api.ts';

export interface CreditPairsOptions extends ConnectionOptions {
  /** Over how many customers the pairs are spread. */
  readonly customers: number;
  /** How long each connection rests after a pair, so that the load is a light one. */
  readonly pauseMs: number;
}

export const creditPairsDriver = import.meta.url;

/** Holds and commits in turn on each connection, each request with a key of its own. */
export async function openDriver(options: CreditPairsOptions): Promise<Driver> {
  const run = randomUUID().slice(0, 8);
  return openHttpDriver(options, (connection, index) => createCaller(connection, `${run}-${index}`, index, options));
}

function createCaller(connection: HttpConnection, name: string, index: number, options: CreditPairsOptions): Caller {
  const { customers, connections, pauseMs } = options;
  let count = 0;
  return async (tally) => {
    const customer = customerOf((count * connections + index) % customers);
    const pair = `${name}-${count}`;
    count += 1;
    const held = await exchange({ connection, request: holdRequest(customer, `h-${pair}`), status: 201, tally });
    const holdId = holdIdIn(held);
    if (holdId === undefined) return giveUp(tally, held);
    tally.unitsDone(0.5);
    const committed = await exchange({ connection, request: commitRequest(holdId, `c-${pair}`), status: 200, tally });
    if (!isCommitted(committed)) return giveUp(tally, committed);
    tally.unitsDone(0.5);
    if (pauseMs > 0) await delay(pauseMs);
    return true;
  };
}
