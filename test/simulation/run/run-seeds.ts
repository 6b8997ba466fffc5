import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

import type { SeedReport, WorkerSeeds } from './worlds-worker.ts';

export interface SeedsReport {
  readonly worldCount: number;
  readonly requestCount: number;
  /** How long all worlds were together by their own time, in milliseconds. */
  readonly worldMs: number;
  /** Of all worlds: the same for the same seeds. */
  readonly digest: string;
  readonly covered: ReadonlySet<string>;
  /** The first that fails, of those that were run; undefined if none does. */
  readonly brokenSeed: number | undefined;
}

export interface Seeds {
  readonly first: number;
  readonly count: number;
  readonly threads: number;
}

/** Runs the worlds of these seeds, on several threads, up to one that fails. */
export async function runSeeds({ first, count, threads }: Seeds): Promise<SeedsReport> {
  const reports: SeedReport[] = [];
  const workers: Worker[] = [];
  const runs = Array.from({ length: Math.min(threads, count) }, (_, thread) => {
    const workerData: WorkerSeeds = { from: first + thread, to: first + count, step: threads };
    const worker = new Worker(new URL('worlds-worker.ts', import.meta.url), { workerData });
    workers.push(worker);
    return new Promise<void>((resolve, reject) => {
      worker.on('error', reject).on('exit', () => resolve());
      worker.on('message', (report: SeedReport) => {
        reports.push(report);
        if (report.isBroken) for (const each of workers) void each.terminate();
      });
    });
  });
  await Promise.all(runs);
  const ordered = reports.toSorted((one, other) => one.seed - other.seed);
  const lines = ordered.map(({ seed, digest }) => `${seed} ${digest}\n`);
  return {
    worldCount: ordered.length,
    requestCount: ordered.reduce((sum, each) => sum + each.requestCount, 0),
    worldMs: ordered.reduce((sum, each) => sum + each.worldMs, 0),
    digest: createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16),
    covered: new Set(ordered.flatMap(({ covered }) => covered)),
    brokenSeed: ordered.find(({ isBroken }) => isBroken)?.seed,
  };
}
