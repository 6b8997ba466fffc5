import { Redis } from 'ioredis';
import Redlock from 'redlock';

import type { Caller, Driver } from '../load/driver.ts';
import { timed } from '../load/timed.ts';

export interface RedlockOptions {
  readonly port: number;
  readonly callers: number;
  /** Whether what is asked for at once goes out as one pipeline: faster, and off unless one turns it on. */
  readonly isAutoPipelined: boolean;
}

export const redlockDriver = import.meta.url;

/** How many names each caller goes round, and for how long it takes them: as for Holdfast. */
const namesPerCaller = 1_000;
const ttlMs = 60_000;

/** Callers that share one client. */
export async function openDriver({ port, callers, isAutoPipelined }: RedlockOptions): Promise<Driver> {
  const redis = new Redis({ port, host: '127.0.0.1', enableAutoPipelining: isAutoPipelined });
  const redlock = new Redlock([redis], { retryCount: 0 });
  return {
    callers: Array.from({ length: callers }, (_, index) => createCaller(redlock, index)),
    close: () => redis.disconnect(),
  };
}

function createCaller(redlock: Redlock, index: number): Caller {
  let count = 0;
  return async (tally) => {
    const name = `bench/${index}/${count % namesPerCaller}`;
    count += 1;
    try {
      const lock = await timed(tally, () => redlock.acquire([name], ttlMs));
      await timed(tally, () => lock.release());
      tally.unitsDone(1);
    } catch (error) {
      tally.wrongAnswer(String(error));
    }
    return true;
  };
}
