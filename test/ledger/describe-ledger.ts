import { describe, test } from 'vitest';

import { checkLapse } from './check-lapse.ts';
import { checkStories } from './check-stories.ts';
import type { LedgerStore } from './play/ledger-stores.ts';

interface Options {
  readonly createStore: () => Promise<LedgerStore>;
  /** How many stories are played; `RUNS` is another number. */
  readonly usualRuns: number;
  /** The test file, from the root of the repository. */
  readonly file: string;
}

/** Describes what every store must keep a ledger like. */
export function describeLedger(title: string, { createStore, usualRuns, file }: Options): void {
  const runs = Number(process.env['RUNS'] || usualRuns);
  const command = `pnpm vitest run ${file} -t 'adds up'`;

  describe(title, () => {
    // Far more than it takes, and a minute and a half for shortening a story that fails.
    test('always adds up, and is what the model says', { timeout: 240_000 + runs * 30_000 }, async () => {
      await checkStories({ createStore, runs, command });
    });

    test('takes 300 holds back that lapse at the same moment', { timeout: 60_000 }, async () => {
      await checkLapse(await createStore());
    });
  });
}
