import { test } from 'vitest';

import { checkPrograms } from '../programs/check-programs.ts';
import type { WorldStore } from '../programs/world-stores.ts';
import { countRuns } from '../run-count.ts';
import type { RunCount } from '../run-count.ts';
import { programs } from './program/draw-program.ts';
import type { Program } from './program/program.ts';
import { runProgram } from './run-program.ts';
import { expectedCoverage } from './run/coverage.ts';

interface Options {
  /** A new one each time: all orgs share what there is. */
  readonly createStore: () => Promise<WorldStore>;
  /** How many programs are run; `RUNS` is another number. */
  readonly usualRuns: RunCount;
  /** The test file, from the root of the repository. */
  readonly file: string;
}

/** Describes what no store and no number of processes may ever bring about. */
export function describeOverbooking(title: string, { createStore, usualRuns, file }: Options): void {
  const runs = countRuns('RUNS', usualRuns);

  // Far more than it takes, and time for shrinking a program that fails.
  test(
    `${title} is never overbooked, and is refused and shown as the model says`,
    { timeout: 300_000 + runs * 10_000 },
    async () => {
      const run = async (program: Program) => runProgram(program, await createStore());
      const command = `pnpm vitest run ${file}`;
      const failure = "isn't what the model says";
      await checkPrograms({ programs, run, failure, runs, expectedCoverage, command });
    },
  );
}
