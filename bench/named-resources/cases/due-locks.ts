import { nothingBut } from '../../comparison/bench-case.ts';
import type { Aim, BenchCase, Row } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { lightLoad, measureDue, toMeasures } from '../../comparison/due-rounds.ts';
import type { DueThings } from '../../comparison/due-rounds.ts';
import { spreadOf } from '../../comparison/ratios.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { percentilesOf } from '../../load/percentiles.ts';
import { isMissing } from '../../peers/missing.ts';
import { readExpiryLags } from '../expiry-lags.ts';
import { toFullOptions } from '../lock-contender.ts';
import { lockPairsDriver } from '../lock-pairs-driver.ts';
import { seedLocks } from '../seed-locks.ts';

/** Taking and announcing that many takes a minute or two on MongoDB, and nothing is compared here. */
const mostRounds = { sqlite: 5, mongodb: 2 };
const longestLagMs = { sqlite: 1_000, mongodb: 3_000 };
const longestWaitMs = 30;
const lagsTimeoutMs = 180_000;

/** How late expiries are announced that all come at once, and what that does to everybody else. */
export const dueLocks: readonly BenchCase[] = storeNames.map((store) => ({
  name: `due-locks-${store}`,
  title: `Many locks due in the same second on ${store}, beside a light load`,
  async run(run: BenchRun) {
    const servers = await stores[store](run);
    if (isMissing(servers)) return nothingBut({ contender: 'holdfast mongodb', reason: servers.missing });
    const findings = await measureDue(run, locksOf(run, servers[0].url), Math.min(run.rounds, mostRounds[store]));
    const [lag, , load] = findings.rows;
    const aims = [lag && latencyAim(lag, longestLagMs[store]), load && latencyAim(load, longestWaitMs)];
    return { ...findings, aims: aims.filter((aim) => aim !== undefined) };
  },
}));

function locksOf(run: BenchRun, url: string): DueThings {
  const load = run.use(new LoadProcess());
  const options = toFullOptions([{ url }], lightLoad);
  return {
    effects: 'events',
    seed: async ({ prefix, count, ttlSecondsNow }) => {
      const nameOf = (number: number) => `${prefix}/${number}`;
      const times = await seedLocks({ url, count, nameOf, ttlSecondsNow });
      return new Map(times.map((expiresAtMs, number) => [nameOf(number), expiresAtMs]));
    },
    measureEffects: async (expiries, loadIsOver) => {
      await loadIsOver;
      return toMeasures(percentilesOf(await readExpiryLags({ url, expiries, timeoutMs: lagsTimeoutMs })));
    },
    sample: (plan) => load.sample(lockPairsDriver, options, plan),
  };
}

/** In every round, since what is late once is late. */
function latencyAim({ contender, measures }: Row, mostMs: number): Aim {
  const { max } = spreadOf(measures['p99 ms'] ?? []);
  return { text: `${contender}: p99 under ${mostMs} ms in each round`, measured: max, isMet: max < mostMs };
}
