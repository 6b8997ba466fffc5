import type { BenchCase } from '../../bench-case.ts';
import { nothingBut } from '../../bench-case.ts';
import { compare } from '../../compare.ts';
import { isMissing } from '../../peers/missing.ts';
import { lockContender } from '../lock-contender.ts';
import { startOnMongodb } from '../servers.ts';

/** What several processes cost that decide on one tenant and so get in each other's way. */
export const processes: readonly BenchCase[] = [
  {
    name: 'processes',
    title: 'One process and three on mongodb, one tenant, 64 connections',
    async run(run) {
      const one = await startOnMongodb(run);
      const three = await startOnMongodb(run, { processes: 3 });
      if (isMissing(one)) return nothingBut({ contender: 'holdfast mongodb', reason: one.missing });
      const contenders = [
        lockContender(run, 'one process', one, {}),
        lockContender(run, 'three processes', three, {}),
      ];
      const ratio = { of: 'three processes', to: 'one process', measure: 'pairs/s', atLeast: 0.7 };
      return compare(run, { contenders, units: 'pairs', ratios: [ratio] });
    },
  },
];
