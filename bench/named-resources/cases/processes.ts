import type { BenchCase } from '../../comparison/bench-case.ts';
import { nothingBut } from '../../comparison/bench-case.ts';
import { compare } from '../../comparison/compare.ts';
import { startOnMongodb } from '../../holdfast/servers.ts';
import { isMissing } from '../../peers/missing.ts';
import { lockContender } from '../lock-contender.ts';

/** What several processes cost that decide on one tenant and so get in each other's way. */
export const processes: readonly BenchCase[] = [
  {
    name: 'processes',
    title: 'One process and three on mongodb, one tenant, 64 connections in all and 64 to each',
    async run(run) {
      const one = await startOnMongodb(run);
      const three = await startOnMongodb(run, { processes: 3 });
      if (isMissing(one)) return nothingBut({ contender: 'holdfast mongodb', reason: one.missing });
      const contenders = [
        lockContender(run, 'one process', one, {}),
        lockContender(run, 'three, 64 to each', three, { connections: 3 * 64 }),
        lockContender(run, 'three, 64 in all', three, {}),
      ];
      const ratios = [
        { of: 'three, 64 to each', to: 'one process', measure: 'pairs/s', atLeast: 0.7 },
        { of: 'three, 64 in all', to: 'one process', measure: 'pairs/s' },
      ];
      return compare(run, { contenders, units: 'pairs', ratios });
    },
  },
];
