import type { Aim, BenchCase, Findings } from '../../bench-case.ts';
import type { BenchRun } from '../../bench-run.ts';
import { compare } from '../../compare.ts';
import type { Contender } from '../../compare.ts';
import { loopMaximum, measureStalls } from '../../measure-stalls.ts';
import { spreadOf } from '../../ratios.ts';
import { lockContender } from '../lock-contender.ts';
import { seedLocks } from '../seed-locks.ts';
import { startOnSqlite } from '../servers.ts';

const secondsPerDay = 86_400;
const longestStallMs = 20;

/** Whether locks that stand cost those that come and go anything. */
export const liveLocks: readonly BenchCase[] = [
  {
    name: 'live-locks',
    title: 'Few and many live locks on sqlite, 64 connections',
    async run(run) {
      const [few, many] = run.isQuick ? [100, 2_000] : [1_000, 1_000_000];
      const contenders = [await createContender(run, few), await createContender(run, many)];
      const [of, to] = [nameOf(many), nameOf(few)];
      const ratios = [{ of, to, measure: 'pairs/s', atLeast: 0.9 }];
      const findings = await compare(run, { contenders, units: 'pairs', ratios });
      return { ...findings, aims: [...findings.aims, stallAim(findings, of)] };
    },
  },
];

function nameOf(count: number): string {
  return `${count.toLocaleString('en')} live locks`;
}

async function createContender(run: BenchRun, count: number): Promise<Contender> {
  const servers = await startOnSqlite(run);
  const [{ url }] = servers;
  await seedLocks({ url, count, nameOf: (number) => `live/${number}`, ttlSecondsNow: () => secondsPerDay });
  return measureStalls(run, lockContender(run, nameOf(count), servers, {}), url);
}

function stallAim({ rows }: Findings, contender: string): Aim {
  const row = rows.find((each) => each.contender === contender);
  const { max } = spreadOf(row?.measures[loopMaximum] ?? []);
  const text = `no stall over ${longestStallMs} ms with ${contender} (${loopMaximum}, max)`;
  return { text, measured: max, isMet: max <= longestStallMs };
}
