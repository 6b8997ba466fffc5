import { Etcd3 } from 'etcd3';

import type { Driver } from '../load/driver.ts';
import { createLockCaller, ttlMs } from './lock-caller.ts';

export interface EtcdOptions {
  readonly url: string;
  readonly callers: number;
}

export const etcdDriver = import.meta.url;

/** Callers that share one client, whose `lock()` makes a lease for each lock. */
export async function openDriver({ url, callers }: EtcdOptions): Promise<Driver> {
  const etcd = new Etcd3({ hosts: url });
  const acquire = async (name: string) => {
    const lock = etcd.lock(name).ttl(ttlMs / 1_000);
    await lock.acquire();
    return () => lock.release();
  };
  return {
    callers: Array.from({ length: callers }, (_, index) => createLockCaller(index, acquire)),
    close: () => etcd.close(),
  };
}
