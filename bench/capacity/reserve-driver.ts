import type { Caller, Driver } from '../load/driver.ts';
import type { HttpConnection } from '../load/http-connection.ts';
import { exchange, giveUp, openHttpDriver } from '../load/http-driver.ts';
import type { ConnectionOptions } from '../load/http-driver.ts';
import { newIdempotencyKey } from '../load/idempotency-keys.ts';
import { isRefused, isReserved, reserveRequest } from './capacity-api.ts';
import { intervalsOf } from './spreads.ts';
import type { Spread } from './spreads.ts';

export interface ReserveOptions extends ConnectionOptions {
  readonly spread: Spread;
  /** How many intervals each request asks for. */
  readonly size: number;
  /** What every answer has to be. */
  readonly answer: 'reserved' | 'refused';
}

export const reserveDriver = import.meta.url;

/** Goes on from sample to sample, so that empty days stay empty until their request. Each load has its own process. */
let requestCount = 0;

/** Reserves capacity on each connection, each request with a key of its own. */
export async function openDriver(options: ReserveOptions): Promise<Driver> {
  return openHttpDriver(options, (connection) => createCaller(connection, options));
}

function createCaller(connection: HttpConnection, options: ReserveOptions): Caller {
  const { spread, size, answer, keys = 'random' } = options;
  const status = answer === 'reserved' ? 200 : 409;
  return async (tally) => {
    const number = requestCount;
    requestCount += 1;
    const request = reserveRequest(intervalsOf(spread, size, number), newIdempotencyKey(keys));
    const answered = await exchange({ connection, request, status, tally });
    const isRight = answer === 'reserved' ? isReserved(answered, request.body ?? '') : isRefused(answered, size);
    if (!isRight) return giveUp(tally, answered);
    tally.unitsDone(size);
    return true;
  };
}
