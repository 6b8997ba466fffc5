import type { BenchCase } from '../../comparison/bench-case.ts';
import { compare } from '../../comparison/compare.ts';
import { startOnSqlite } from '../../holdfast/servers.ts';
import { lockContender } from '../lock-contender.ts';
import { etcdContender, redlockContenders } from '../peer-contenders.ts';

/** Holdfast on a file beside what one would take locks with otherwise, lock by lock. */
export const peers: readonly BenchCase[] = [1, 16, 64].map((connections) => ({
  name: `peers-${connections}`,
  title: `Holdfast on sqlite beside redlock and etcd3, ${connections} at a time`,
  async run(run) {
    const contenders = [
      lockContender(run, 'holdfast sqlite', await startOnSqlite(run), { connections }),
      ...(await redlockContenders(run, connections)),
      await etcdContender(run, connections),
    ];
    const ratios = ['redlock', 'redlock pipelined', 'etcd3'].map((to) => ({
      of: 'holdfast sqlite',
      to,
      measure: 'pairs/s',
    }));
    return compare(run, { contenders, units: 'pairs', ratios });
  },
}));
