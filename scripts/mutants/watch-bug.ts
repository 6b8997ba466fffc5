import { plantBug } from './plant-bug.ts';
import { runVitest } from './run-vitest.ts';
import type { VitestRun } from './run-vitest.ts';
import type { ScratchCopy } from './scratch-copy.ts';
import type { SeededBug, Watcher } from './seeded-bug.ts';

/** What became of a bug under one of its watchers. */
export type Sighting =
  /** `test` failed, as it should. */
  | { readonly outcome: 'caught'; readonly test: string }
  | { readonly outcome: 'survived' }
  /** Nothing ran: the mistake breaks more than a bug would that gets as far as a test. */
  | { readonly outcome: 'broken'; readonly output: string }
  | { readonly outcome: 'notRun' };

export interface WatchedBug {
  readonly bug: SeededBug;
  /** One for each watcher. */
  readonly sightings: readonly Sighting[];
}

/** Plants a bug in the copy, lets each of its watchers look, and takes it out again. */
export async function watchBug(copy: ScratchCopy, bug: SeededBug, hasMongodb: boolean): Promise<WatchedBug> {
  const restore = plantBug(copy.folder, bug);
  try {
    const sightings: Sighting[] = [];
    for (const watcher of bug.watchers) {
      const isLeftOut = watcher.needsMongodb === true && !hasMongodb;
      sightings.push(isLeftOut ? { outcome: 'notRun' } : await look(copy, watcher));
    }
    return { bug, sightings };
  } finally {
    restore();
  }
}

async function look(copy: ScratchCopy, { file, test, env }: Watcher): Promise<Sighting> {
  return judge(await runVitest(copy, { files: [file], test, env, bail: true }));
}

function judge({ isGreen, tests, output }: VitestRun): Sighting {
  if (isGreen) return { outcome: 'survived' };
  const failed = tests.find(({ status }) => status === 'failed');
  return failed === undefined ? { outcome: 'broken', output } : { outcome: 'caught', test: failed.name };
}
