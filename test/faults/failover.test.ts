import { randomInt } from 'node:crypto';

import { startMongo } from '@holdfast/store-mongodb/testing';
import type { TestMongo } from '@holdfast/store-mongodb/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { countRuns } from '../run-count.ts';
import { disturbances, FailoverRun } from './failover-run.ts';
import { SeededRandom } from './seeded-random.ts';

/** How often each thing goes wrong; more by `FAILOVERS=20`. */
const timesEach = countRuns('FAILOVERS', { few: 1, many: 1 });

/** `FAILOVER_SEED` repeats what the clients draw, and the order in which things go wrong. */
const seed = Number(process.env['FAILOVER_SEED'] || randomInt(1_000_000));

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(inject('mongodbUri') === undefined)('three servers on a replica set of three', () => {
  let mongo: TestMongo;

  beforeAll(async () => {
    mongo = await startMongo({ memberCount: 3, withFailPoints: true });
  });

  afterAll(() => mongo?.stop());

  test(
    `recover, and keep all that they have answered, whatever is killed or steps down (FAILOVER_SEED=${seed})`,
    { timeout: 300_000 + timesEach * 600_000 },
    async ({ annotate, onTestFinished }) => {
      const run = new FailoverRun(mongo, { seed, timesEach });
      onTestFinished(() => run.end());
      await run.start();
      const all = Array.from({ length: timesEach }, () => disturbances).flat();
      for (const disturbance of new SeededRandom(seed).sample(all, all.length)) await run.disturb(disturbance);
      await run.finish();
      await annotate(run.journal.summary());
      expect(run.journal.cutOffCount).toBeGreaterThan(0);
    },
  );
});
