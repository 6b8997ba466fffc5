import type { Aim, BenchCase, Findings } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import type { Contender } from '../../comparison/compare.ts';
import { compareFewAndMany } from '../../comparison/few-and-many.ts';
import { measureMemory, memoryUnderLoad } from '../../comparison/measure-memory.ts';
import { loopMaximum, measureStalls } from '../../comparison/measure-stalls.ts';
import { spreadOf } from '../../comparison/ratios.ts';
import { startOnSqlite } from '../../holdfast/servers.ts';
import { lockContender } from '../lock-contender.ts';
import { seedLocks } from '../seed-locks.ts';

const secondsPerDay = 86_400;
const longestStallMs = 10;
const mostMemoryMb = 300;

/** Whether locks that stand cost those that come and go anything. */
export const liveLocks: readonly BenchCase[] = [
  {
    name: 'live-locks',
    title: 'Few and many live locks on sqlite, 64 connections',
    async run(run) {
      const create = (name: string, count: number) => createContender(run, name, count);
      const findings = await compareFewAndMany(run, { what: 'live locks', create });
      return { ...findings, aims: [...findings.aims, ...aimsOf(findings)] };
    },
  },
];

async function createContender(run: BenchRun, name: string, count: number): Promise<Contender> {
  const servers = await startOnSqlite(run);
  const [{ url }] = servers;
  await seedLocks({ url, count, nameOf: (number) => `live/${number}`, ttlSecondsNow: () => secondsPerDay });
  return measureMemory(measureStalls(run, lockContender(run, name, servers, {}), url), url);
}

/** With as many as there are in this case. */
function aimsOf({ rows }: Findings): readonly Aim[] {
  const row = rows.at(-1);
  const most = (measure: string) => spreadOf(row?.measures[measure] ?? []).max;
  const [stallMs, memoryMb] = [most(loopMaximum), most(memoryUnderLoad)];
  return [
    {
      text: `no stall over ${longestStallMs} ms with ${row?.contender} (${loopMaximum}, max)`,
      measured: stallMs,
      isMet: stallMs <= longestStallMs,
    },
    {
      text: `${mostMemoryMb} MB of memory under load with ${row?.contender} (max)`,
      measured: memoryMb,
      isMet: memoryMb <= mostMemoryMb,
    },
  ];
}
