import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { Contender } from '../../comparison/compare.ts';
import { loadContender } from '../../comparison/load-contender.ts';
import { processorTime } from '../../comparison/measure-processor-time.ts';
import { apiKeyOf } from '../../holdfast/api-key.ts';
import { stores } from '../../holdfast/servers.ts';
import type { HoldfastServers } from '../../holdfast/servers.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { lockContender } from '../../named-resources/lock-contender.ts';
import { pageOrRefusalDriver } from '../page-or-refusal-driver.ts';
import type { PageOrRefusalOptions } from '../page-or-refusal-driver.ts';

const page = '/healthz';
const refusal = 'wrong checksum';

/** A key with its last character altered. */
const badKey = apiKeyOf(1).replace(/.$/u, (last) => (last === '0' ? '1' : '0'));

/** What it costs to refuse a key by its form, and whom it keeps waiting. */
export const refusals: readonly BenchCase[] = [
  {
    name: 'refusal-cost',
    title: 'A reserve with a wrong key beside GET /healthz, 64 connections',
    async run(run: BenchRun) {
      const servers = await stores.sqlite(run);
      const contenders = [floodOf(run, page, servers, {}), floodOf(run, refusal, servers, { apiKey: badKey })];
      const ratio = { of: page, to: refusal, measure: processorTime, atLeast: 1 };
      return compare(run, { contenders, units: 'answers', ratios: [ratio] });
    },
  },
  {
    name: 'refusal-flood',
    title: '8 connections with locks, beside 56 with wrong keys and beside 56 with GET /healthz',
    async run(run: BenchRun) {
      const servers = await stores.sqlite(run);
      const contenders = [besideFlood(run, page, servers, {}), besideFlood(run, refusal, servers, { apiKey: badKey })];
      const ratio = { of: `beside ${refusal}`, to: `beside ${page}`, measure: 'pairs/s', atLeast: 1 };
      return compare(run, { contenders, units: 'pairs', ratios: [ratio] });
    },
  },
];

type Flood = Pick<PageOrRefusalOptions, 'apiKey'>;

function floodOf(run: BenchRun, name: string, servers: HoldfastServers, flood: Flood, connections = 64): Contender {
  const options = { urls: servers.map(({ url }) => url), connections, ...flood };
  return loadContender(run, name, { pids: servers.map(({ pid }) => pid), driver: pageOrRefusalDriver, options });
}

/** Callers with valid keys, while others flood the server. */
function besideFlood(run: BenchRun, name: string, servers: HoldfastServers, flood: Flood): Contender {
  const good = lockContender(run, `beside ${name}`, servers, { connections: 8 });
  const load = run.use(new LoadProcess());
  const options = { urls: servers.map(({ url }) => url), connections: 56, ...flood };
  return {
    name: good.name,
    async sample(plan) {
      const [sample, { requests, seconds }] = await Promise.all([
        good.sample(plan),
        load.sample(pageOrRefusalDriver, options, plan),
      ]);
      return { ...sample, extra: { ...sample.extra, 'flood requests/s': requests / seconds } };
    },
  };
}
