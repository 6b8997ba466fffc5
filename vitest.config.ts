import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Deadlines are for what hangs: a machine that is fifty times slower than it should be must not reach them. */
const hangsMs = 300_000;

/** What takes minutes, and mostly waits, comes first, so that no worker is left alone with it at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) =>
      /[\\/]test[\\/](?:faults|histories|ledger|lossy-network|one-behaviour|simulation|stalls)[\\/]/u.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // More than there are cores: tests of processes spend most of their time waiting for them.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: hangsMs,
    hookTimeout: hangsMs,
    expect: { poll: { timeout: hangsMs / 5 } },
    projects: [
      { extends: true, test: { name: 'packages', include: ['{packages,servers,bench}/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'test',
          include: ['test/**/*.test.ts'],
          exclude: ['test/scenarios/**', '**/node_modules/**'],
          globalSetup: ['test/targets/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'scenarios',
          include: ['test/scenarios/**/*.test.ts'],
          globalSetup: ['test/targets/global-setup.ts'],
          // Scenarios share nothing but targets that start empty. To load the server and its second validator once for
          // each worker, rather than once for each file, saves most of their time.
          isolate: false,
        },
      },
    ],
  },
});
