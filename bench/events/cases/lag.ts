import type { Aim, BenchCase, LeftOut, Row } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { Contender } from '../../comparison/compare.ts';
import { spreadOf } from '../../comparison/ratios.ts';
import { startOnMongodb, startOnSqlite } from '../../holdfast/servers.ts';
import type { HoldfastServers } from '../../holdfast/servers.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { toFullOptions } from '../../named-resources/lock-contender.ts';
import { lockPairsDriver } from '../../named-resources/lock-pairs-driver.ts';
import { isMissing } from '../../peers/missing.ts';
import type { Missing } from '../../peers/missing.ts';
import { lagDriver } from '../lag-driver.ts';
import type { LagOptions } from '../lag-driver.ts';

const otherProcess = 'mongodb, another process';
const mostMs = 50;

/** What else the tenant does meanwhile, through so many connections. */
const loads = [
  { name: 'idle', words: 'nothing else', connections: 0 },
  { name: 'busy', words: 'beside 32 connections with locks', connections: 32 },
];

/** How long after its answer an event comes to a stream, of the process that answered and of another one. */
export const lag: readonly BenchCase[] = loads.map(({ name, words, connections }) => ({
  name: `lag-${name}`,
  title: `From an answer to its event on a stream (a request is an event here), ${words}`,
  async run(run: BenchRun) {
    const sqlite = await startOnSqlite(run);
    const mongodb = await startOnMongodb(run);
    const two = await startOnMongodb(run, { processes: 2 });
    const contenders = [
      lagContender(run, 'sqlite, same process', sqlite, connections),
      lagContender(run, 'mongodb, same process', mongodb, connections),
      lagContender(run, otherProcess, two, connections),
    ];
    const findings = await compare(run, { contenders, units: 'events', ratios: [] });
    return { ...findings, aims: findings.rows.flatMap(toAim) };
  },
}));

/** The first of the servers is asked, the last one streams. */
function lagContender(
  run: BenchRun,
  name: string,
  servers: HoldfastServers | Missing,
  connections: number,
): Contender | LeftOut {
  if (isMissing(servers)) return { contender: name, reason: servers.missing };
  const [{ url }] = servers;
  const options: LagOptions = { url, streamUrl: servers.at(-1)?.url ?? url, streams: 1 };
  const measured = run.use(new LoadProcess());
  if (connections === 0) return { name, sample: (plan) => measured.sample(lagDriver, options, plan) };
  const other = run.use(new LoadProcess());
  const otherOptions = toFullOptions([{ url }], { connections });
  return {
    name,
    async sample(plan) {
      const [sample, { requests, seconds }] = await Promise.all([
        measured.sample(lagDriver, options, plan),
        other.sample(lockPairsDriver, otherOptions, plan),
      ]);
      return { ...sample, extra: { 'other requests/s': requests / seconds } };
    },
  };
}

function toAim({ contender, measures }: Row): readonly Aim[] {
  if (contender !== otherProcess) return [];
  const { median } = spreadOf(measures['p50 ms'] ?? []);
  return [{ text: `${contender}: p50 is under ${mostMs} ms`, measured: median, isMet: median < mostMs }];
}
