/**
 * `pnpm simulate`: runs worlds of many processes, in which everything goes wrong, by their seeds.
 *
 * `--seeds 10000` runs so many, from `--seed 1` on; `--threads 4` on so many threads, and `--brief` without the story of
 * one that fails. `--world '7 f0.2 credits3x4'` runs one, by the name that it has in its story, and with `--trace` prints
 * every step of it.
 */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { familiesFor } from '../families.ts';
import { checkWorld } from './run/check-world.ts';
import { runSeeds } from './run/run-seeds.ts';
import { runWorld } from './run/run-world.ts';
import { planOf } from './run/world-name.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    threads: { type: 'string', default: String(availableParallelism()) },
    world: { type: 'string' },
    trace: { type: 'boolean', default: false },
    brief: { type: 'boolean', default: false },
  },
});

const families = await familiesFor('simulation');
const names = families.map(({ name }) => name);

process.exitCode = (options.world === undefined ? await simulateSeeds() : await replay(options.world)) ? 0 : 1;

/** Whether nothing is wrong with the worlds of the seeds. */
async function simulateSeeds(): Promise<boolean> {
  const first = toCount(options.seed ?? String(randomInt(1_000_000)));
  const startedAtMs = performance.now();
  const report = await runSeeds({ first, count: toCount(options.seeds), threads: toCount(options.threads) });
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const { worldCount, requestCount, worldMs, digest, brokenSeed } = report;
  const perSecond = (worldCount / seconds).toFixed(1);
  console.log(`${worldCount} worlds from seed ${first} on, ${requestCount} requests, in ${seconds.toFixed(1)} s.`);
  console.log(
    `${perSecond} worlds a second, ${(worldMs / 3_600_000).toFixed(1)} hours of their time. Digest ${digest}.`,
  );
  if (brokenSeed === undefined) return true;
  console.log(`World ${brokenSeed} fails.`);
  if (!options.brief) await replay(String(brokenSeed));
  return false;
}

/** Whether nothing is wrong with a world. */
async function replay(world: string): Promise<boolean> {
  const plan = planOf(world, names);
  if (options.trace) {
    const { trace } = await runWorld(plan, families, { isTraced: true });
    process.stdout.write(`${trace.join('\n')}\n`);
  }
  try {
    const { digest, worldMs } = await checkWorld(plan, families);
    console.log(`Nothing is wrong with world ${world}, which is ${worldMs.toFixed(0)} ms long. Digest ${digest}.`);
    return true;
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    return false;
  }
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`${text} must be a whole number of at least 1.`);
  return count;
}
