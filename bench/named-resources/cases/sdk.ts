import type { BenchCase } from '../../comparison/bench-case.ts';
import { compare } from '../../comparison/compare.ts';
import { loadContender } from '../../comparison/load-contender.ts';
import { startOnSqlite } from '../../holdfast/servers.ts';
import { redlockContenders } from '../peer-contenders.ts';
import { sdkPairsDriver } from '../sdk-pairs-driver.ts';

/** What many callers of one program get who share a client, lock by lock, and what it brings to send them together. */
export const sdk: readonly BenchCase[] = [
  {
    name: 'sdk-64',
    title: '64 callers in one process with the SDK beside redlock',
    async run(run) {
      const [{ url, pid }] = await startOnSqlite(run);
      const contender = (name: string, autoBatch: boolean) =>
        loadContender(run, name, { pids: [pid], driver: sdkPairsDriver, options: { url, callers: 64, autoBatch } });
      const contenders = [
        contender('holdfast autoBatch', true),
        contender('holdfast', false),
        ...(await redlockContenders(run, 64)),
      ];
      const measure = 'pairs/s';
      const ratios = [
        { of: 'holdfast autoBatch', to: 'redlock', measure, atLeast: 0.5 },
        { of: 'holdfast', to: 'redlock', measure },
        { of: 'holdfast autoBatch', to: 'holdfast', measure },
      ];
      return compare(run, { contenders, units: 'pairs', ratios });
    },
  },
];
