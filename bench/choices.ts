import type { BenchCase, BenchFamily } from './comparison/bench-case.ts';
import { compare } from './comparison/compare.ts';
import { pairs } from './credits/cases/pairs.ts';
import { stores } from './holdfast/servers.ts';
import { lockContender } from './named-resources/lock-contender.ts';
import {
  etcdContender,
  mongodbLockContender,
  postgresqlLockContenders,
  redlockContenders,
} from './named-resources/peer-contenders.ts';

/** Each lock by itself, with all that one would take it with otherwise. */
const locks: readonly BenchCase[] = [1, 64].map((connections) => ({
  name: `locks-${connections}`,
  title: `Pairs of taking and giving back a lock, ${connections} at a time`,
  async run(run) {
    const contenders = [
      lockContender(run, 'holdfast sqlite', await stores.sqlite(run), { connections }),
      lockContender(run, 'holdfast mongodb', await stores.mongodb(run), { connections }),
      ...(await redlockContenders(run, connections)),
      await etcdContender(run, connections),
      ...(await postgresqlLockContenders(run, connections)),
      await mongodbLockContender(run, connections),
    ];
    const sides = [
      {
        of: 'holdfast sqlite',
        others: ['redlock', 'redlock pipelined', 'etcd3', 'postgresql rows', 'postgresql advisory'],
      },
      { of: 'holdfast mongodb', others: ['mongodb documents'] },
    ];
    const ratios = sides.flatMap(({ of, others }) => others.map((to) => ({ of, to, measure: 'pairs/s' })));
    return compare(run, { contenders, units: 'pairs', ratios });
  },
}));

/** What a user would pick instead, all in one run: for locks, and for credits. */
export const choices: BenchFamily = { name: 'choices', cases: [...locks, ...pairs] };
