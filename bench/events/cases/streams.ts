import { setTimeout as delay } from 'node:timers/promises';

import { noFindings } from '../../comparison/bench-case.ts';
import type { BenchCase, Findings } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { toMeasures, toRow } from '../../comparison/due-rounds.ts';
import type { Measures } from '../../comparison/due-rounds.ts';
import { measureProcessorTime, processorTime } from '../../comparison/measure-processor-time.ts';
import { apiKeyOf } from '../../holdfast/api-key.ts';
import { startHoldfastServer } from '../../holdfast/holdfast-server.ts';
import type { HoldfastServer } from '../../holdfast/holdfast-server.ts';
import { readMetric } from '../../holdfast/server-metrics.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { runCallers } from '../../load/run-callers.ts';
import type { Sample } from '../../load/tally.ts';
import { toFullOptions } from '../../named-resources/lock-contender.ts';
import { lockPairsDriver } from '../../named-resources/lock-pairs-driver.ts';
import { processorSecondsOf } from '../../peers/processor-time.ts';
import { EventStream } from '../event-stream.ts';
import { lagDriver, openDriver } from '../lag-driver.ts';

interface Round {
  readonly measures: Measures;
  readonly wrongAnswers: readonly string[];
}

type MeasureRound = (run: BenchRun, server: HoldfastServer, count: number) => Promise<Round>;

const connectionsMeanwhile = 16;

/** What streams cost a server while they are open, read and unread. */
export const streams: readonly BenchCase[] = [
  {
    name: 'streams',
    title: 'Many streams beside one on sqlite: each event comes to all of them',
    run: (run) => measureCounts(run, [1, run.isQuick ? 20 : 1_000], 'streams', measureRead),
  },
  {
    name: 'unread-streams',
    title: `Streams that nobody reads beside none on sqlite, while ${connectionsMeanwhile} connections cause events`,
    run: (run) => measureCounts(run, [0, run.isQuick ? 5 : 100], 'unread streams', measureUnread),
  },
];

/** Each round has a server of its own, whose memory is fresh. */
async function measureCounts(
  run: BenchRun,
  counts: readonly number[],
  what: string,
  measure: MeasureRound,
): Promise<Findings> {
  const rounds = new Map<number, Round[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < run.rounds; round += 1) {
    for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
      const store = { type: 'sqlite', dataDirectory: run.newFolder() } as const;
      await using server = await startHoldfastServer({ store, apiKey: apiKeyOf(0), nodeFlags: run.serverFlags });
      rounds.get(count)?.push(await measure(run, server, count));
    }
  }
  const toRows = ([count, each]: [number, Round[]]) =>
    toRow(
      count === 1 ? 'one stream' : `${count.toLocaleString('en')} ${what}`,
      each.map(({ measures }) => measures),
    );
  const wrongAnswers = [...rounds.values()].flat().flatMap((each) => each.wrongAnswers);
  return { ...noFindings, rows: [...rounds].map(toRows), wrongAnswers };
}

/** Streams whose readers take everything: at rest, and while one lock after the other is taken. */
async function measureRead({ plan }: BenchRun, { url, pid }: HoldfastServer, count: number): Promise<Round> {
  const closed = await residentKilobytes(url);
  const driver = await openDriver({ url, streamUrl: url, streams: count });
  try {
    const opened = await residentKilobytes(url);
    const atRest = await processorShareOf(pid, plan.measureMs ?? 1_000);
    const sample = await measureProcessorTime([pid], () => runCallers(driver, { ...plan, warmUpMs: 0 }));
    const measures = {
      'kB/stream': (opened - closed) / count,
      'at rest: CPU µs/s/stream': (atRest * 1e6) / count,
      'CPU µs/arrival': sample.extra[processorTime] ?? Number.NaN,
      ...toMeasures(sample.latencyMs),
    };
    return { measures, wrongAnswers: faultsIn(sample) };
  } finally {
    await driver.close();
  }
}

/** Streams whose readers never read, and what comes to one that does. */
async function measureUnread(run: BenchRun, { url, pid }: HoldfastServer, count: number): Promise<Round> {
  await using load = new LoadProcess();
  await using reader = new LoadProcess();
  const options = toFullOptions([{ url }], { connections: connectionsMeanwhile });
  const unread = await Promise.all(Array.from({ length: count }, () => EventStream.open(url)));
  const before = await residentKilobytes(url);
  const [others, sample] = await Promise.all([
    measureProcessorTime([pid], () => load.sample(lockPairsDriver, options, run.plan)),
    reader.sample(lagDriver, { url, streamUrl: url, streams: 1 }, run.plan),
  ]);
  const after = await residentKilobytes(url);
  for (const stream of unread) stream.close();
  const measures = {
    'memory gained, kB': after - before,
    'requests/s': others.requests / others.seconds,
    [processorTime]: others.extra[processorTime] ?? Number.NaN,
    ...toMeasures(sample.latencyMs),
  };
  return { measures, wrongAnswers: [...faultsIn(others), ...faultsIn(sample)] };
}

async function residentKilobytes(url: string): Promise<number> {
  return (await readMetric(url, 'process_resident_memory_bytes')) / 1_000;
}

/** How much of a core a process uses while nothing is asked of it. */
async function processorShareOf(pid: number, measureMs: number): Promise<number> {
  const before = processorSecondsOf([pid]) ?? Number.NaN;
  await delay(measureMs);
  return ((processorSecondsOf([pid]) ?? Number.NaN) - before) / (measureMs / 1_000);
}

function faultsIn({ firstWrongAnswer }: Sample): readonly string[] {
  return firstWrongAnswer === null ? [] : [firstWrongAnswer];
}
