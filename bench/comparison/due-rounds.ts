import { setTimeout as delay } from 'node:timers/promises';

import type { SamplePlan } from '../load/driver.ts';
import type { Percentiles } from '../load/percentiles.ts';
import type { Sample } from '../load/tally.ts';
import { noFindings } from './bench-case.ts';
import type { Findings, Row } from './bench-case.ts';
import type { BenchRun } from './bench-run.ts';

/** When each of many things lapses, by name, in epoch milliseconds. */
export type Expiries = ReadonlyMap<string, number>;

export interface SeedOrder {
  /** Names begin with it. */
  readonly prefix: string;
  readonly count: number;
  /** Asked when a request is made. */
  ttlSecondsNow(): number;
}

export type Measures = Readonly<Record<string, number>>;

/** Things that lapse, and a load to watch meanwhile. */
export interface DueThings {
  /** What comes of it, in the plural: `events`. */
  readonly effects: string;
  seed(order: SeedOrder): Promise<Expiries>;
  /**
   * Finds out how late that comes, by name with the unit. It is called when the first of them lapse.
   *
   * @param load - Resolves when the load is over, for whom looking would be in its way.
   */
  measureEffects(expiries: Expiries, load: Promise<unknown>): Promise<Measures>;
  /** A light load: a few clients that rest between what they do. */
  sample(plan: SamplePlan): Promise<Sample>;
}

/** What makes a load a light one. */
export const lightLoad = { connections: 4, pauseMs: 10 };

interface Round {
  readonly effects: Measures;
  readonly before: Sample;
  readonly during: Sample;
}

/** How long the load is watched before they are due. */
const watchBeforeMs = 2_000;

/** How late the effects are of much that lapses within one second, and what that does to everybody else. */
export async function measureDue(run: BenchRun, things: DueThings, roundCount: number): Promise<Findings> {
  const rounds: Round[] = [];
  while (rounds.length < roundCount) rounds.push(await runRound(run, things, rounds.length));
  const samples = rounds.flatMap(({ before, during }) => [before, during]);
  return {
    ...noFindings,
    rows: [
      toRow(
        `lag of ${countOf(run).toLocaleString('en')} ${things.effects}`,
        rounds.map(({ effects }) => effects),
      ),
      toRow(
        'light load before',
        rounds.map(({ before }) => toMeasures(before.latencyMs)),
      ),
      toRow(
        'light load from then on',
        rounds.map(({ during }) => toMeasures(during.latencyMs)),
      ),
    ],
    wrongAnswers: samples.flatMap(({ firstWrongAnswer }) => firstWrongAnswer ?? []),
  };
}

function countOf({ isQuick }: BenchRun): number {
  return isQuick ? 2_000 : 100_000;
}

async function runRound(run: BenchRun, things: DueThings, round: number): Promise<Round> {
  const { expiries, dueAtMs } = await seedDue(things, `due/${round}`, countOf(run));
  const watchMs = dueAtMs - Date.now() - watchBeforeMs;
  if (watchMs > 0) await delay(watchMs);
  const before = await things.sample({ warmUpMs: 0, measureMs: dueAtMs - Date.now() });
  const load = things.sample({ warmUpMs: 0, measureMs: run.isQuick ? 1_000 : 6_000 });
  const [during, effects] = await Promise.all([load, things.measureEffects(expiries, load)]);
  return { effects, before, during };
}

/** Makes what lapses within the second that begins at `dueAtMs`. */
async function seedDue(things: DueThings, prefix: string, count: number) {
  const leadMs = (await estimateSeedMs(things, prefix, count)) + watchBeforeMs + 1_000;
  const dueAtMs = Math.ceil((Date.now() + leadMs) / 1_000) * 1_000;
  const ttlSecondsNow = () => Math.ceil((dueAtMs - Date.now()) / 1_000);
  return { expiries: await things.seed({ prefix, count, ttlSecondsNow }), dueAtMs };
}

/** How long it will take at most, by a part of it; the rest of it is slower if anything, since there is more then. */
async function estimateSeedMs(things: DueThings, prefix: string, count: number): Promise<number> {
  const part = Math.ceil(count / 20);
  const startedAtMs = performance.now();
  await things.seed({ prefix: `${prefix}/part`, count: part, ttlSecondsNow: () => 3_600 });
  return (performance.now() - startedAtMs) * (count / part) * 2;
}

/** The first and the last of these times. */
export function spanOf(expiries: Expiries): { readonly firstMs: number; readonly lastMs: number } {
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for (const expiresAtMs of expiries.values()) {
    firstMs = Math.min(firstMs, expiresAtMs);
    lastMs = Math.max(lastMs, expiresAtMs);
  }
  return { firstMs, lastMs };
}

/** Latencies or lags as measures. */
export function toMeasures({ p50, p99, max }: Percentiles): Measures {
  return { 'p50 ms': p50, 'p99 ms': p99, 'max ms': max };
}

/** The measures of all rounds, side by side. */
export function toRow(contender: string, rounds: readonly Measures[]): Row {
  const names = Object.keys(rounds[0] ?? {});
  const measures = names.map((name) => [name, rounds.map((each) => each[name] ?? null)]);
  return { contender, measures: Object.fromEntries(measures) };
}
