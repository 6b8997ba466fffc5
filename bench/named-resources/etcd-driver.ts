import { Etcd3 } from 'etcd3';

import type { Caller, Driver } from '../load/driver.ts';
import { timed } from '../load/timed.ts';

export interface EtcdOptions {
  readonly url: string;
  readonly callers: number;
}

export const etcdDriver = import.meta.url;

/** How many names each caller goes round, and for how long it takes them: as for Holdfast. */
const namesPerCaller = 1_000;
const ttlSeconds = 60;

/** Callers that share one client, whose `lock()` makes a lease for each lock. */
export async function openDriver({ url, callers }: EtcdOptions): Promise<Driver> {
  const etcd = new Etcd3({ hosts: url });
  return {
    callers: Array.from({ length: callers }, (_, index) => createCaller(etcd, index)),
    close: () => etcd.close(),
  };
}

function createCaller(etcd: Etcd3, index: number): Caller {
  let count = 0;
  return async (tally) => {
    const lock = etcd.lock(`bench/${index}/${count % namesPerCaller}`).ttl(ttlSeconds);
    count += 1;
    try {
      await timed(tally, () => lock.acquire());
      await timed(tally, () => lock.release());
      tally.unitsDone(1);
    } catch (error) {
      tally.wrongAnswer(String(error));
    }
    return true;
  };
}
