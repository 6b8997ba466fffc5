import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import { addKeys } from '../../holdfast/added-keys.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import { lockContender } from '../lock-contender.ts';

/** Whether many tenants with little to do each cost more than one with much. */
export const tenants: readonly BenchCase[] = storeNames.map((store) => ({
  name: `tenants-${store}`,
  title: `One tenant and many on ${store}, 64 connections`,
  async run(run: BenchRun) {
    const count = run.isQuick ? 100 : 10_000;
    const many = `${count.toLocaleString('en')} tenants`;
    const others = { first: 1, count: count - 1 };
    const servers = await stores[store](run, { prepare: (options) => addKeys(options, [others]) });
    const contenders = [
      lockContender(run, 'one tenant', servers, {}),
      lockContender(run, many, servers, { tenants: count }),
    ];
    const ratio = { of: many, to: 'one tenant', measure: 'pairs/s', atLeast: store === 'sqlite' ? 1 : undefined };
    return compare(run, { contenders, units: 'pairs', ratios: [ratio] });
  },
}));
