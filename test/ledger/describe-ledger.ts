import { describe, test } from 'vitest';

import { checkPrograms } from '../programs/check-programs.ts';
import type { WorldStore } from '../programs/world-stores.ts';
import { countRuns } from '../run-count.ts';
import type { RunCount } from '../run-count.ts';
import { checkLapse } from './check-lapse.ts';
import { programs } from './program/draw-program.ts';
import type { Program } from './program/program.ts';
import { runProgram } from './run-program.ts';
import { expectedCoverage } from './run/coverage.ts';

interface Options {
  readonly createStore: () => Promise<WorldStore>;
  /** How many programs are run; `RUNS` is another number. */
  readonly usualRuns: RunCount;
  /** The test file, from the root of the repository. */
  readonly file: string;
}

/** Describes what every store must keep a ledger like. */
export function describeLedger(title: string, { createStore, usualRuns, file }: Options): void {
  const runs = countRuns('RUNS', usualRuns);
  const command = `pnpm vitest run ${file} -t 'adds up'`;

  describe(title, () => {
    // Far more than it takes, and a minute and a half for shrinking a program that fails.
    test('always adds up, and is what the model says', { timeout: 240_000 + runs * 30_000 }, async () => {
      const run = async (program: Program) => runProgram(program, await createStore());
      const failure = "isn't what the model says";
      await checkPrograms({ programs, run, failure, runs, expectedCoverage, command });
    });

    test('takes 300 holds back that lapse at the same moment', async () => {
      await checkLapse(await createStore());
    });
  });
}
