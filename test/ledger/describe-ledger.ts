import { describe, test } from 'vitest';

import { checkStories } from '../programs/check-programs.ts';
import type { StoryStore } from '../programs/world-stores.ts';
import { countRuns } from '../run-count.ts';
import type { RunCount } from '../run-count.ts';
import { checkLapse } from './check-lapse.ts';
import { stories } from './program/draw-program.ts';
import type { Story } from './program/program.ts';
import { playStory } from './run-program.ts';
import { expectedHappenings } from './run/coverage.ts';

interface Options {
  readonly createStore: () => Promise<StoryStore>;
  /** How many stories are played; `RUNS` is another number. */
  readonly usualRuns: RunCount;
  /** The test file, from the root of the repository. */
  readonly file: string;
}

/** Describes what every store must keep a ledger like. */
export function describeLedger(title: string, { createStore, usualRuns, file }: Options): void {
  const runs = countRuns('RUNS', usualRuns);
  const command = `pnpm vitest run ${file} -t 'adds up'`;

  describe(title, () => {
    // Far more than it takes, and a minute and a half for shortening a story that fails.
    test('always adds up, and is what the model says', { timeout: 240_000 + runs * 30_000 }, async () => {
      const play = async (story: Story) => playStory(story, await createStore());
      await checkStories({ stories, play, expectedHappenings, runs, command });
    });

    test('takes 300 holds back that lapse at the same moment', async () => {
      await checkLapse(await createStore());
    });
  });
}
