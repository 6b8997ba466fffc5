import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import { processorTime } from '../../comparison/measure-processor-time.ts';
import { addKeys, limitedTier } from '../../holdfast/added-keys.ts';
import type { AddedKeys } from '../../holdfast/added-keys.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import type { StoreName } from '../../holdfast/servers.ts';
import { lockContender } from '../../named-resources/lock-contender.ts';

/** A limited request costs 5 % more at most. */
const leastRatio = 0.95;

/** Who has the limits: how many keys, and whose they are. */
interface Side extends Pick<AddedKeys, 'areLimited'> {
  readonly name: string;
  readonly words: string;
  readonly count: number;
  readonly isOneTenant: boolean;
  readonly atLeast: number | undefined;
}

const sides: readonly Side[] = [
  { name: 'key', words: 'one key', count: 1, isOneTenant: true, areLimited: true, atLeast: leastRatio },
  { name: 'keys', words: '10,000 keys of one tenant', count: 10_000, isOneTenant: true, atLeast: leastRatio },
  // Each of these asks for its own shares, and has little to do with them.
  { name: 'tenants', words: '10,000 tenants', count: 10_000, isOneTenant: false, atLeast: undefined },
];

/** What limits cost of which none is ever reached: the minute's, the day's, the key's own, concurrent locks. */
export const limited: readonly BenchCase[] = storeNames.flatMap((store) =>
  sides.map((side) => createCase(store, side)),
);

function createCase(store: StoreName, { name, words, count: many, isOneTenant, areLimited, atLeast }: Side): BenchCase {
  return {
    name: `${store}-${name}`,
    title: `A tier with limits beside one without on ${store}, ${words}, 64 connections`,
    async run(run: BenchRun) {
      const count = run.isQuick ? Math.min(many, 100) : many;
      const owner = (tenantId: string) => (isOneTenant ? { tenantId } : {});
      const free = { first: 1, count, ...owner('free') };
      const bound = { first: 1 + count, count, ...owner('bound'), tier: limitedTier, areLimited } as const;
      const servers = await stores[store](run, { prepare: (options) => addKeys(options, [free, bound]) });
      const contenders = [
        lockContender(run, 'unlimited', servers, { tenants: count, firstTenant: free.first }),
        lockContender(run, limitedTier, servers, { tenants: count, firstTenant: bound.first }),
      ];
      const cost = { of: 'unlimited', to: limitedTier, measure: processorTime, atLeast };
      const rate = { of: limitedTier, to: 'unlimited', measure: 'pairs/s' };
      return compare(run, { contenders, units: 'pairs', ratios: [cost, rate] });
    },
  };
}
