import { describe, inject, test } from 'vitest';

import { familiesFor } from '../families.ts';
import { countRuns } from '../run-count.ts';
import { checkSequences } from './check-sequences.ts';

const families = await familiesFor('oneBehaviour');

/** So many more, by this factor, are run with what has lapsed lying about: see `Sweeping`. */
const lateShare = 0.25;

const targets = inject('targets');
const stores = targets.filter((name) => name !== 'mocks');

describe.each(families)('random sequences of $name', (family) => {
  const sequences = countRuns('SEQUENCES', family.usualSequences);
  /** A sequence takes a tenth of this; the rest is for shortening one that fails. */
  const timeout = 300_000 + sequences * 4_000;
  const commandFor = (title: string) => {
    return `pnpm vitest run test/one-behaviour/one-behaviour.test.ts -t '${family.name}.*${title}'`;
  };

  test(`are answered alike by ${targets.join(', ')}`, { timeout }, async () => {
    const command = commandFor('alike by');
    await checkSequences({ family, sequences, targets, sweeping: 'atEveryDeadline', command });
  });

  // Without any store there is nothing that could lie about.
  if (stores.length === 0) return;

  test('are answered alike while what has lapsed lies about', { timeout }, async () => {
    const command = commandFor('alike while');
    const lateSequences = Math.ceil(sequences * lateShare);
    await checkSequences({ family, sequences: lateSequences, targets: stores, sweeping: 'atRandom', command });
  });
});
