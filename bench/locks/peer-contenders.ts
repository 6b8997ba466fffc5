import type { LeftOut } from '../bench-case.ts';
import type { BenchRun } from '../bench-run.ts';
import type { Contender } from '../compare.ts';
import { LoadProcess } from '../load/load-process.ts';
import { measureProcessorTime } from '../measure-processor-time.ts';
import { startEtcdServer } from '../peers/etcd-server.ts';
import { isMissing } from '../peers/missing.ts';
import { startRedisServer } from '../peers/redis-server.ts';
import { etcdDriver } from './etcd-driver.ts';
import { redlockDriver } from './redlock-driver.ts';

/** redlock on one Redis that flushes before it answers: as its README sets it up, and with ioredis's auto-pipelining. */
export async function redlockContenders(run: BenchRun, callers: number): Promise<readonly (Contender | LeftOut)[]> {
  const redis = await startRedisServer(run.newFolder());
  if (isMissing(redis)) return [{ contender: 'redlock', reason: redis.missing }];
  const { port } = run.use(redis);
  const options = { port, callers };
  return [
    peerContender(run, 'redlock', redis.pid, redlockDriver, { ...options, isAutoPipelined: false }),
    peerContender(run, 'redlock pipelined', redis.pid, redlockDriver, { ...options, isAutoPipelined: true }),
  ];
}

/** etcd3's `lock()` on an etcd of one node. */
export async function etcdContender(run: BenchRun, callers: number): Promise<Contender | LeftOut> {
  const etcd = await startEtcdServer(run.newFolder());
  if (isMissing(etcd)) return { contender: 'etcd3', reason: etcd.missing };
  const { url } = run.use(etcd);
  return peerContender(run, 'etcd3', etcd.pid, etcdDriver, { url, callers });
}

function peerContender(run: BenchRun, name: string, pid: number, driver: string, options: object): Contender {
  const load = run.use(new LoadProcess());
  return { name, sample: (plan) => measureProcessorTime([pid], () => load.sample(driver, options, plan)) };
}
