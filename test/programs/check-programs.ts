import { randomInt } from 'node:crypto';

import fc from 'fast-check';

/** A kind of random stories, and what must not happen in any. */
export interface StoryCheck<Story> {
  readonly stories: fc.Arbitrary<Story>;
  /**
   * Plays a story, and resolves to what happened in it.
   *
   * @throws Error that says how far it got, and what isn't as the model says.
   */
  play(story: Story): Promise<ReadonlySet<string>>;
  /** What must happen in some story, if there are many: without it they would prove little. */
  readonly expectedHappenings: readonly string[];
  /** How many stories. */
  readonly runs: number;
  /** What to run to have a failure once more, but for the variables. */
  readonly command: string;
}

/** From this many stories on, everything that is expected must have come about in them. */
const fewestForAll = 30;

const longestShorteningMs = 20_000;

/**
 * Plays random stories: those of `SEED`, or the one of it that `REPLAY_PATH` leads to.
 *
 * @throws Error with the shortest story that could be found in which something isn't as the model says.
 */
export async function checkStories<Story>(check: StoryCheck<Story>): Promise<void> {
  const happenings = new Set<string>();
  const play = untilTired(async (story: Story) => {
    for (const happening of await check.play(story)) happenings.add(happening);
  });
  const details = await fc.check(fc.asyncProperty(check.stories, play), chooseStories(check.runs));
  if (!details.failed) return expectAll(happenings, check);
  const { seed, counterexamplePath, numRuns, numShrinks, errorInstance } = details;
  throw new Error(
    [
      `Story ${numRuns} isn't what the model says; shortened ${numShrinks} times it is this:`,
      reasonOf(errorInstance),
      `Replay: SEED=${seed} REPLAY_PATH=${counterexamplePath} ${check.command}`,
    ].join('\n'),
  );
}

/** An error with all that was said and done before it. */
export function withLog(log: readonly string[], error: unknown): Error {
  return new Error([...log, reasonOf(error)].join('\n'), { cause: error });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A few that were asked for by variable needn't have them all. */
function expectAll(
  happenings: ReadonlySet<string>,
  { expectedHappenings, runs }: Pick<StoryCheck<unknown>, 'expectedHappenings' | 'runs'>,
): void {
  const missing = expectedHappenings.filter((one) => !happenings.has(one));
  if (missing.length === 0 || runs < fewestForAll || process.env['REPLAY_PATH']) return;
  throw new Error(`All is as the model says, but in none of ${runs} stories was there: ${missing.join(', ')}.`);
}

function chooseStories(runs: number) {
  const { SEED, REPLAY_PATH: path } = process.env;
  const seed = SEED ? Number(SEED) : randomInt(2 ** 31);
  if (!Number.isSafeInteger(seed)) throw new Error('SEED must be an integer.');
  // Fast-check has gone the way of the path before, so there is nothing left to shorten.
  return path ? { seed, path, endOnFailure: true } : { seed, numRuns: runs };
}

/** Lets everything pass that comes long after a failure: then fast-check is content with the shortest it has found. */
function untilTired<Story>(play: (story: Story) => Promise<void>): (story: Story) => Promise<void> {
  let firstFailureMs: number | undefined;
  return async (story) => {
    if (firstFailureMs !== undefined && performance.now() - firstFailureMs > longestShorteningMs) return;
    try {
      await play(story);
    } catch (error) {
      firstFailureMs ??= performance.now();
      throw error;
    }
  };
}
