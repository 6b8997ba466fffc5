import { randomInt } from 'node:crypto';

import fc from 'fast-check';

import type { LedgerStore } from '../ledger/play/ledger-stores.ts';
import { expectedHappenings } from './play/happenings.ts';
import { Player } from './play/player.ts';
import { Stage } from './play/stage.ts';
import { stories } from './story/story.ts';
import type { Story } from './story/story.ts';

interface Check {
  readonly createStore: () => Promise<LedgerStore>;
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
 * @throws Error with the shortest story that could be found in which something was overbooked, or answered wrong.
 */
export async function checkStories({ createStore, runs, command }: Check): Promise<void> {
  const happenings = new Set<string>();
  const play = untilTired(async (story) => {
    for (const happening of await playStory(story, await createStore())) happenings.add(happening);
  });
  const details = await fc.check(fc.asyncProperty(stories, play), chooseStories(runs));
  if (!details.failed) return expectAll(happenings, runs);
  const { seed, counterexamplePath, numRuns, numShrinks, errorInstance } = details;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(
    [
      `Story ${numRuns} isn't what the model says; shortened ${numShrinks} times it is this:`,
      reason,
      `Replay: SEED=${seed} REPLAY_PATH=${counterexamplePath} ${command}`,
    ].join('\n'),
  );
}

/** Without them the stories would prove little. A few that were asked for by variable needn't have them all. */
function expectAll(happenings: ReadonlySet<string>, runs: number): void {
  const missing = expectedHappenings.filter((one) => !happenings.has(one));
  if (missing.length === 0 || runs < fewestForAll || process.env['REPLAY_PATH']) return;
  throw new Error(`All is as the model says, but in none of ${runs} stories was there: ${missing.join(', ')}.`);
}

async function playStory(story: Story, ledgerStore: LedgerStore): Promise<ReadonlySet<string>> {
  const stage = await Stage.open(ledgerStore, story.processCount);
  const player = new Player(stage);
  try {
    await player.play(story);
    return player.happenings;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error([`${story.processCount} processes`, ...player.log, reason].join('\n'), { cause: error });
  } finally {
    await stage.close();
  }
}

function chooseStories(runs: number) {
  const { SEED, REPLAY_PATH: path } = process.env;
  const seed = SEED ? Number(SEED) : randomInt(2 ** 31);
  if (!Number.isSafeInteger(seed)) throw new Error('SEED must be an integer.');
  return path ? { seed, path, endOnFailure: true } : { seed, numRuns: runs };
}

/** Lets everything pass that comes long after a failure: then fast-check is content with the shortest it has found. */
function untilTired(play: (story: Story) => Promise<void>): (story: Story) => Promise<void> {
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
