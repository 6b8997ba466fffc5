import { runVitest } from './run-vitest.ts';
import type { VitestRun } from './run-vitest.ts';
import type { ScratchCopy } from './scratch-copy.ts';
import type { Watcher } from './seeded-bug.ts';

/**
 * Runs watchers on the code as it is: a failure says something about a bug only if there is none without it.
 *
 * @throws Error with the tests that fail, and the files in which none has passed.
 */
export async function expectGreen(copy: ScratchCopy, watchers: readonly Watcher[]): Promise<void> {
  // Those that are run in the same way are run at once.
  const groups = Map.groupBy(watchers, ({ test, env }) => JSON.stringify([test, env]));
  for (const group of groups.values()) {
    const [{ test, env } = {}] = group;
    const files = [...new Set(group.map(({ file }) => file))];
    const run = await runVitest(copy, { files, test, env, bail: false });
    const without = files.filter((file) => !hasPassed(run, file));
    if (run.isGreen && without.length === 0) continue;
    throw new Error(`Without any bug, not all is well.\n${describeFailures(run, without)}`);
  }
}

function hasPassed({ tests }: VitestRun, file: string): boolean {
  return tests.some((each) => each.file === file && each.status === 'passed');
}

function describeFailures({ tests, output }: VitestRun, without: readonly string[]): string {
  const failed = tests.filter(({ status }) => status === 'failed');
  const failures = failed.map(({ file, name, message }) => `${file}: ${name}\n${message}`);
  const all = [...failures, ...without.map((file) => `${file}: no test has passed`)];
  return [...all, ...(failed.length === 0 ? [output] : [])].join('\n');
}
