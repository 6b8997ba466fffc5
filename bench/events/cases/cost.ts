import { setTimeout as delay } from 'node:timers/promises';

import { nothingBut } from '../../comparison/bench-case.ts';
import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { Contender } from '../../comparison/compare.ts';
import { measureProcessorTime, processorTime } from '../../comparison/measure-processor-time.ts';
import { measureStoreWork } from '../../comparison/measure-store-work.ts';
import { toFullOptions as toCreditOptions } from '../../credits/credit-contender.ts';
import { creditPairsDriver } from '../../credits/credit-pairs-driver.ts';
import { addKeys, eventlessTier } from '../../holdfast/added-keys.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import type { HoldfastServers, StoreName } from '../../holdfast/servers.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { toFullOptions as toLockOptions } from '../../named-resources/lock-contender.ts';
import { lockPairsDriver } from '../../named-resources/lock-pairs-driver.ts';
import { isMissing } from '../../peers/missing.ts';
import { seedTenants } from '../seed-tenants.ts';
import { usageDriver } from '../usage-driver.ts';

/** An event costs a request 5 % at most. */
const leastRatio = 0.95;

/** What isn't numbered yet when the load is over is numbered within that time, and counts. */
const settleMs = 1_500;

/** Whose requests they are: so many tenants' from this number on. */
interface Tenants {
  readonly connections: number;
  readonly firstTenant: number;
  readonly tenants: number;
}

interface Load {
  readonly name: string;
  readonly words: string;
  readonly units: string;
  readonly driver: string;
  toOptions(servers: HoldfastServers, tenants: Tenants): object;
}

const loads: readonly Load[] = [
  {
    name: 'locks',
    words: 'pairs of reserve and unreserve',
    units: 'pairs',
    driver: lockPairsDriver,
    toOptions: toLockOptions,
  },
  {
    name: 'holds',
    words: 'pairs of hold and commit',
    units: 'pairs',
    driver: creditPairsDriver,
    toOptions: (servers, tenants) => toCreditOptions(urlsOf(servers), tenants),
  },
  {
    name: 'usage',
    words: 'usage',
    units: 'records',
    driver: usageDriver,
    toOptions: (servers, tenants) => ({ urls: urlsOf(servers), ...tenants }),
  },
];

/** How the load is spread: over connections, and over tenants. */
const spreads = [
  { name: '64', connections: 64, many: 1 },
  { name: '1', connections: 1, many: 1 },
  { name: 'tenants', connections: 64, many: 1_000 },
];

type Spread = (typeof spreads)[number];

/** What events cost whoever causes them: tenants whose events are kept beside tenants for whom none is written. */
export const cost: readonly BenchCase[] = storeNames.flatMap((store) =>
  loads.flatMap((load) => spreads.map((spread) => createCase(store, load, spread))),
);

function createCase(store: StoreName, load: Load, { name, connections, many }: Spread): BenchCase {
  const whose = many === 1 ? 'one tenant' : `${many.toLocaleString('en')} tenants`;
  return {
    name: `cost-${store}-${load.name}-${name}`,
    title: `Events beside none on ${store}, ${load.words}, ${connections} connections, ${whose}`,
    async run(run: BenchRun) {
      const tenants = run.isQuick ? Math.min(many, 20) : many;
      const without = { connections, firstTenant: 1, tenants };
      const withEvents = { connections, firstTenant: 1 + tenants, tenants };
      const keys = [
        { first: without.firstTenant, count: tenants, tier: eventlessTier },
        { first: withEvents.firstTenant, count: tenants },
      ];
      const servers = await stores[store](run, { prepare: (options) => addKeys(options, keys) });
      if (isMissing(servers)) return nothingBut({ contender: store, reason: servers.missing });
      if (load.driver !== lockPairsDriver) await seedTenants(servers[0].url, 1, 2 * tenants);
      const contenders = [
        createContender(run, 'no events', servers, load, without),
        createContender(run, 'events', servers, load, withEvents),
      ];
      const ratio = { of: 'no events', to: 'events', measure: processorTime, atLeast: leastRatio };
      const rate = { of: 'events', to: 'no events', measure: `${load.units}/s` };
      return compare(run, { contenders, units: load.units, ratios: [ratio, rate] });
    },
  };
}

function createContender(
  run: BenchRun,
  name: string,
  servers: HoldfastServers,
  { driver, toOptions }: Load,
  tenants: Tenants,
): Contender {
  const load = run.use(new LoadProcess());
  const options = toOptions(servers, tenants);
  return {
    name,
    sample: (plan) => {
      const settled = async () => {
        const sample = await load.sample(driver, options, plan);
        await delay(settleMs);
        return sample;
      };
      const pids = servers.map(({ pid }) => pid);
      return measureStoreWork(servers[0].store, () => measureProcessorTime(pids, settled));
    },
  };
}

function urlsOf(servers: HoldfastServers): readonly string[] {
  return servers.map(({ url }) => url);
}
