import type { LeftOut } from '../comparison/bench-case.ts';
import type { BenchRun } from '../comparison/bench-run.ts';
import type { Contender } from '../comparison/compare.ts';
import { loadContender } from '../comparison/load-contender.ts';
import { startEtcdServer } from '../peers/etcd-server.ts';
import { isMissing } from '../peers/missing.ts';
import { openMongodb } from '../peers/mongodb.ts';
import { startPostgresqlServer } from '../peers/postgresql-server.ts';
import { startRedisServer } from '../peers/redis-server.ts';
import { etcdDriver } from './etcd-driver.ts';
import { mongodbLockDriver } from './mongodb-lock-driver.ts';
import { createLockTable, postgresqlLockDriver } from './postgresql-lock-driver.ts';
import { redlockDriver } from './redlock-driver.ts';

/** redlock on one Redis that flushes before it answers: as its README sets it up, and with ioredis's auto-pipelining. */
export async function redlockContenders(run: BenchRun, callers: number): Promise<readonly (Contender | LeftOut)[]> {
  const redis = await startRedisServer(run.newFolder());
  if (isMissing(redis)) return [{ contender: 'redlock', reason: redis.missing }];
  const { port, pid } = run.use(redis);
  const load = { pids: [pid], driver: redlockDriver };
  const options = { port, callers };
  return [
    loadContender(run, 'redlock', { ...load, options: { ...options, isAutoPipelined: false } }),
    loadContender(run, 'redlock pipelined', { ...load, options: { ...options, isAutoPipelined: true } }),
  ];
}

/** etcd3's `lock()` on an etcd of one node. */
export async function etcdContender(run: BenchRun, callers: number): Promise<Contender | LeftOut> {
  const etcd = await startEtcdServer(run.newFolder());
  if (isMissing(etcd)) return { contender: 'etcd3', reason: etcd.missing };
  const { url, pid } = run.use(etcd);
  return loadContender(run, 'etcd3', { pids: [pid], driver: etcdDriver, options: { url, callers } });
}

/** A row for each lock in PostgreSQL, and its advisory locks, which no disk knows of. */
export async function postgresqlLockContenders(
  run: BenchRun,
  callers: number,
): Promise<readonly (Contender | LeftOut)[]> {
  const server = await startPostgresqlServer(run.newFolder());
  if (isMissing(server)) return [{ contender: 'postgresql rows', reason: server.missing }];
  const { address, pid } = run.use(server);
  await createLockTable(address);
  const load = { pids: [pid], driver: postgresqlLockDriver };
  return (['rows', 'advisory'] as const).map((kind) =>
    loadContender(run, `postgresql ${kind}`, { ...load, options: { address, callers, kind } }),
  );
}

/** A document for each lock in MongoDB. */
export async function mongodbLockContender(run: BenchRun, callers: number): Promise<Contender | LeftOut> {
  const mongodb = await openMongodb();
  if (isMissing(mongodb)) return { contender: 'mongodb documents', reason: mongodb.missing };
  const { uri } = run.use(mongodb);
  const options = { uri, database: mongodb.newDatabase(), callers };
  return loadContender(run, 'mongodb documents', { pids: [], driver: mongodbLockDriver, options });
}
