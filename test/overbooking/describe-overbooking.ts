import { test } from 'vitest';

import { checkStories } from '../programs/check-programs.ts';
import type { StoryStore } from '../programs/world-stores.ts';
import { countRuns } from '../run-count.ts';
import type { RunCount } from '../run-count.ts';
import { stories } from './program/program.ts';
import type { Story } from './program/program.ts';
import { playStory } from './run-program.ts';
import { expectedHappenings } from './run/coverage.ts';

interface Options {
  /** A new one each time: all orgs share what there is. */
  readonly createStore: () => Promise<StoryStore>;
  /** How many stories are played; `RUNS` is another number. */
  readonly usualRuns: RunCount;
  /** The test file, from the root of the repository. */
  readonly file: string;
}

/** Describes what no store and no number of processes may ever bring about. */
export function describeOverbooking(title: string, { createStore, usualRuns, file }: Options): void {
  const runs = countRuns('RUNS', usualRuns);

  // Far more than it takes, and time for shortening a story that fails.
  test(
    `${title} is never overbooked, and is refused and shown as the model says`,
    { timeout: 300_000 + runs * 10_000 },
    async () => {
      const play = async (story: Story) => playStory(story, await createStore());
      const command = `pnpm vitest run ${file}`;
      await checkStories({ stories, play, expectedHappenings, runs, command });
    },
  );
}
