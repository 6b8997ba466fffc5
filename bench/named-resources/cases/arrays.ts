import type { BenchCase } from '../../comparison/bench-case.ts';
import { compare } from '../../comparison/compare.ts';
import { startOnMongodb, startOnSqlite } from '../../holdfast/servers.ts';
import { lockContender } from '../lock-contender.ts';
import { redlockContenders } from '../peer-contenders.ts';

const itemsPerRequest = 64;

/** The least ratio to redlock to reach, by connections. */
const aims: Readonly<Record<number, number>> = { 1: 8, 64: 0.8 };

/** What it brings to take many locks with one request: to one caller, and to many. */
export const arrays: readonly BenchCase[] = [1, 64].map((connections) => ({
  name: `arrays-${connections}`,
  title: `Arrays of ${itemsPerRequest} items beside redlock, ${connections} at a time`,
  async run(run) {
    const contenders = [
      lockContender(run, 'holdfast sqlite', await startOnSqlite(run), { connections, itemsPerRequest }),
      lockContender(run, 'holdfast mongodb', await startOnMongodb(run), { connections, itemsPerRequest }),
      ...(await redlockContenders(run, connections)),
    ];
    const measure = 'pairs/s';
    const ratios = [
      { of: 'holdfast sqlite', to: 'redlock', measure, atLeast: aims[connections] },
      { of: 'holdfast mongodb', to: 'redlock', measure },
      { of: 'holdfast sqlite', to: 'redlock pipelined', measure },
    ];
    return compare(run, { contenders, units: 'pairs', ratios });
  },
}));
