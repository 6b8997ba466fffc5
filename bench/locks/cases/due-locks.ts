import { setTimeout as delay } from 'node:timers/promises';

import { noFindings, nothingBut } from '../../bench-case.ts';
import type { Aim, BenchCase, Findings, Row } from '../../bench-case.ts';
import type { BenchRun } from '../../bench-run.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { percentilesOf } from '../../load/percentiles.ts';
import type { Percentiles } from '../../load/percentiles.ts';
import type { Sample } from '../../load/tally.ts';
import { isMissing } from '../../peers/missing.ts';
import { spreadOf } from '../../ratios.ts';
import { readExpiryLags } from '../expiry-lags.ts';
import { toFullOptions } from '../lock-contender.ts';
import { lockPairsDriver } from '../lock-pairs-driver.ts';
import { seedLocks } from '../seed-locks.ts';
import { startOnMongodb, startOnSqlite } from '../servers.ts';

interface Round {
  readonly lagMs: Percentiles;
  readonly before: Sample;
  readonly during: Sample;
}

const stores = { sqlite: startOnSqlite, mongodb: startOnMongodb };
/** Taking and announcing that many takes a minute or two on MongoDB, and nothing is compared here. */
const mostRounds = { sqlite: 5, mongodb: 2 };
const longestLagMs = 2_000;
const lagsTimeoutMs = 180_000;

/** A light load: a few clients that rest between their locks. */
const lightLoad = { connections: 4, pauseMs: 10 };
/** How long the load is watched before the locks are due. */
const watchBeforeMs = 2_000;

/** How late expiries are announced that all come at once, and what that does to everybody else. */
export const dueLocks: readonly BenchCase[] = (['sqlite', 'mongodb'] as const).map((store) => ({
  name: `due-locks-${store}`,
  title: `Many locks due in the same second on ${store}, beside a light load`,
  async run(run: BenchRun) {
    const servers = await stores[store](run);
    if (isMissing(servers)) return nothingBut({ contender: 'holdfast mongodb', reason: servers.missing });
    const rounds: Round[] = [];
    const load = run.use(new LoadProcess());
    const roundCount = Math.min(run.rounds, mostRounds[store]);
    while (rounds.length < roundCount) rounds.push(await runRound(run, load, servers[0].url, rounds.length));
    return toFindings(rounds, countOf(run), store === 'sqlite');
  },
}));

function countOf({ isQuick }: BenchRun): number {
  return isQuick ? 2_000 : 100_000;
}

async function runRound(run: BenchRun, load: LoadProcess, url: string, round: number): Promise<Round> {
  const options = toFullOptions([{ url }], lightLoad);
  const { expiries, dueAtMs } = await seedDueLocks(url, `due/${round}`, countOf(run));
  const watchMs = dueAtMs - Date.now() - watchBeforeMs;
  if (watchMs > 0) await delay(watchMs);
  const before = await load.sample(lockPairsDriver, options, { warmUpMs: 0, measureMs: dueAtMs - Date.now() });
  const during = await load.sample(lockPairsDriver, options, { warmUpMs: 0, measureMs: run.isQuick ? 1_000 : 6_000 });
  const lags = await readExpiryLags({ url, expiries, timeoutMs: lagsTimeoutMs });
  return { lagMs: percentilesOf(lags), before, during };
}

/** Takes locks that all lapse within the second that begins at `dueAtMs`. */
async function seedDueLocks(url: string, prefix: string, count: number) {
  const nameOf = (number: number) => `${prefix}/${number}`;
  const leadMs = (await estimateSeedMs(url, prefix, count)) + watchBeforeMs + 1_000;
  const dueAtMs = Math.ceil((Date.now() + leadMs) / 1_000) * 1_000;
  const ttlSecondsNow = () => Math.ceil((dueAtMs - Date.now()) / 1_000);
  const times = await seedLocks({ url, count, nameOf, ttlSecondsNow });
  return { expiries: new Map(times.map((expiresAtMs, number) => [nameOf(number), expiresAtMs])), dueAtMs };
}

/** How long it will take at most, by a part of it; the rest of it is slower if anything, since there is more then. */
async function estimateSeedMs(url: string, prefix: string, count: number): Promise<number> {
  const part = Math.ceil(count / 20);
  const startedAtMs = performance.now();
  await seedLocks({ url, count: part, nameOf: (number) => `${prefix}/part/${number}`, ttlSecondsNow: () => 3_600 });
  return (performance.now() - startedAtMs) * (count / part) * 2;
}

function toFindings(rounds: readonly Round[], count: number, hasAim: boolean): Findings {
  const lags = toRow(`lag of ${count.toLocaleString('en')} events`, rounds.map(({ lagMs }) => lagMs));
  const before = toRow('light load before', rounds.map((round) => round.before.latencyMs));
  const during = toRow('light load from then on', rounds.map((round) => round.during.latencyMs));
  const samples = rounds.flatMap((round) => [round.before, round.during]);
  return {
    ...noFindings,
    rows: [lags, before, during],
    aims: hasAim ? [lagAim(lags)] : [],
    wrongAnswers: samples.flatMap(({ firstWrongAnswer }) => firstWrongAnswer ?? []),
  };
}

function toRow(contender: string, rounds: readonly Percentiles[]): Row {
  const names = ['p50', 'p99', 'max'] as const;
  const measures = names.map((name) => [`${name} ms`, rounds.map((percentiles) => percentiles[name])]);
  return { contender, measures: Object.fromEntries(measures) };
}

/** In every round, since an event that is late once is late. */
function lagAim({ contender, measures }: Row): Aim {
  const { max } = spreadOf(measures['p99 ms'] ?? []);
  return { text: `${contender}: p99 under ${longestLagMs} ms in each round`, measured: max, isMet: max < longestLagMs };
}
