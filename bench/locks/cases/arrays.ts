import type { BenchCase } from '../../bench-case.ts';
import { compare } from '../../compare.ts';
import { lockContender } from '../lock-contender.ts';
import { redlockContenders } from '../peer-contenders.ts';
import { startOnMongodb, startOnSqlite } from '../servers.ts';

const itemsPerRequest = 64;
const connections = 64;

/** What it brings to take many locks with one request. */
export const arrays: readonly BenchCase[] = [
  {
    name: 'arrays',
    title: `Arrays of ${itemsPerRequest} items beside redlock, ${connections} connections`,
    async run(run) {
      const contenders = [
        lockContender(run, 'holdfast sqlite', await startOnSqlite(run), { connections, itemsPerRequest }),
        lockContender(run, 'holdfast mongodb', await startOnMongodb(run), { connections, itemsPerRequest }),
        ...(await redlockContenders(run, connections)),
      ];
      const ratio = { to: 'redlock', measure: 'pairs/s' };
      const ratios = [
        { ...ratio, of: 'holdfast sqlite', atLeast: 4 },
        { ...ratio, of: 'holdfast mongodb' },
        { ...ratio, of: 'holdfast sqlite', to: 'redlock pipelined' },
      ];
      return compare(run, { contenders, units: 'pairs', ratios });
    },
  },
];
