import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { countRuns } from '../run-count.ts';
import { CrashRun } from './crash-run.ts';

/** More by `CRASHES=500`. Each round has a file of its own, so that looking at everything doesn't take ever longer. */
const crashCount = countRuns('CRASHES', { few: 8, many: 12 });
const crashesPerRound = 20;

/** `CRASH_SEED` repeats what the clients of a round draw, and when their server is killed. */
const firstSeed = Number(process.env['CRASH_SEED'] || randomInt(1_000_000));

const rounds = Array.from({ length: Math.ceil(crashCount / crashesPerRound) }, (_, round) => ({
  seed: firstSeed + round,
  crashes: Math.min(crashesPerRound, crashCount - round * crashesPerRound),
}));

describe('a server on SQLite', () => {
  test.for(rounds)(
    'keeps all that it has answered when it is killed $crashes times under load (CRASH_SEED=$seed)',
    { timeout: 1_200_000 },
    async (round, { annotate, onTestFinished }) => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-crash-'));
      const run = new CrashRun({ ...round, folder });
      onTestFinished(async () => {
        await run.end();
        await rm(folder, { recursive: true, force: true });
      });
      await run.run();
      await annotate(run.journal.summary());
      expect(run.journal.cutOffCount).toBeGreaterThan(0);
    },
  );
});
