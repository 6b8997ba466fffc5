import { parentPort, workerData } from 'node:worker_threads';

import { familiesFor } from '../../families.ts';
import { drawPlan } from '../world/world-plan.ts';
import { runWorld } from './run-world.ts';

/** What a thread is to do: every `step`th seed. */
export interface WorkerSeeds {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** What it says of each. */
export interface SeedReport {
  readonly seed: number;
  readonly digest: string;
  readonly requestCount: number;
  readonly worldMs: number;
  readonly isBroken: boolean;
  readonly covered: readonly string[];
}

const families = await familiesFor('simulation');
const names = families.map(({ name }) => name);
const { from, to, step } = workerData as WorkerSeeds;
for (let seed = from; seed < to; seed += step) {
  const { digest, histories, worldMs, broken, covered } = await runWorld(drawPlan(seed, names), families);
  const requestCount = histories.reduce((count, { calls }) => count + calls.length, 0);
  const report: SeedReport = {
    seed,
    digest,
    requestCount,
    worldMs,
    isBroken: broken.length > 0,
    covered: [...covered],
  };
  parentPort!.postMessage(report);
  // Lets the thread hear that it is to stop.
  await new Promise(setImmediate);
}
