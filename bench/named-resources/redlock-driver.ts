import { Redis } from 'ioredis';
import Redlock from 'redlock';

import type { Driver } from '../load/driver.ts';
import { createLockCaller, ttlMs } from './lock-caller.ts';

export interface RedlockOptions {
  readonly port: number;
  readonly callers: number;
  /** Whether what is asked for at once goes out as one pipeline: faster, and off unless one turns it on. */
  readonly isAutoPipelined: boolean;
}

export const redlockDriver = import.meta.url;

/** Callers that share one client. */
export async function openDriver({ port, callers, isAutoPipelined }: RedlockOptions): Promise<Driver> {
  const redis = new Redis({ port, host: '127.0.0.1', enableAutoPipelining: isAutoPipelined });
  const redlock = new Redlock([redis], { retryCount: 0 });
  const acquire = async (name: string) => {
    const lock = await redlock.acquire([name], ttlMs);
    return () => lock.release();
  };
  return {
    callers: Array.from({ length: callers }, (_, index) => createLockCaller(index, acquire)),
    close: () => redis.disconnect(),
  };
}
