import { nothingBut } from '../../comparison/bench-case.ts';
import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { lightLoad, measureDue, spanOf } from '../../comparison/due-rounds.ts';
import type { DueThings } from '../../comparison/due-rounds.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { isMissing } from '../../peers/missing.ts';
import { toFullOptions } from '../credit-contender.ts';
import { creditPairsDriver } from '../credit-pairs-driver.ts';
import { readReturnTime, seedDueHolds } from '../due-holds.ts';
import type { DueHoldsOptions } from '../due-holds.ts';
import { seedCustomers } from '../seed-customers.ts';

/** Holding that many takes a minute and more on MongoDB, and nothing is compared here. */
const mostRounds = { sqlite: 3, mongodb: 1 };

const spreads = [
  { name: 'hot', words: 'of one customer', customersOf: () => 1 },
  { name: 'spread', words: 'of many customers', customersOf: (run: BenchRun) => (run.isQuick ? 100 : 10_000) },
];

/** How late credits come back that are all due at once, and what that does to the same customers' next holds. */
export const dueHolds: readonly BenchCase[] = storeNames.flatMap((store) =>
  spreads.map(({ name, words, customersOf }) => ({
    name: `due-holds-${store}-${name}`,
    title: `Many holds ${words} due in the same second on ${store}, beside a light load`,
    async run(run: BenchRun) {
      const servers = await stores[store](run);
      if (isMissing(servers)) return nothingBut({ contender: store, reason: servers.missing });
      const options = { url: servers[0].url, customers: customersOf(run) };
      await seedCustomers(options.url, options.customers);
      return measureDue(run, holdsOf(run, options), Math.min(run.rounds, mostRounds[store]));
    },
  })),
);

function holdsOf(run: BenchRun, options: DueHoldsOptions): DueThings {
  const load = run.use(new LoadProcess());
  const loadOptions = toFullOptions([options.url], { ...lightLoad, customers: options.customers });
  return {
    effects: 'returns',
    seed: (order) => seedDueHolds(options, order),
    measureEffects: async (expiries, loadIsOver) => {
      const backAtMs = await readReturnTime(options, expiries, loadIsOver);
      return { 'all back ms': backAtMs - spanOf(expiries).lastMs };
    },
    sample: (plan) => load.sample(creditPairsDriver, loadOptions, plan),
  };
}
