import { randomInt } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { countRuns } from '../run-count.ts';
import { drawBit, SoundFile } from './damage-run.ts';
import { SeededRandom } from './seeded-random.ts';

/** `FLIP_SEED` repeats which bits are flipped; `FLIPS` is how many. */
const seed = Number(process.env['FLIP_SEED'] || randomInt(1_000_000));
const flips = countRuns('FLIPS', { few: 16, many: 48 });

let sound: SoundFile;

beforeAll(async () => {
  sound = await SoundFile.create();
});

afterAll(() => sound.dispose());

test(
  `${flips} bits, flipped in all kinds of pages: never a wrong answer, nor a write once damage was seen (FLIP_SEED=${seed})`,
  { timeout: 300_000 + flips * 5_000 },
  async ({ annotate }) => {
    const random = new SeededRandom(seed);
    const places = Object.entries(sound.places());
    expect(places.map(([kind]) => kind)).toEqual(
      expect.arrayContaining([
        'first page',
        'interior of an index',
        'leaf of an index',
        'overflow or free',
        'log page',
      ]),
    );
    const outcomes: Record<string, number> = {};
    const faults: string[] = [];
    for (let flip = 0; flip < flips; flip += 1) {
      const [kind, ofKind] = places[flip % places.length]!;
      const { suffix, offset, bit } = drawBit(random, random.pick(ofKind));
      const { outcome, wrong } = await sound.ask({ suffix, offset }, bit);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      faults.push(...wrong.map((fault) => `bit ${bit} of byte ${offset} of the file${suffix} (${kind}): ${fault}`));
    }
    await annotate(JSON.stringify(outcomes));
    expect(faults).toEqual([]);
    expect(outcomes['not started'] ?? 0).toBeGreaterThan(flips / 10);
  },
);
