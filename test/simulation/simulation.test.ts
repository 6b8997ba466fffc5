import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { describe, expect, test } from 'vitest';

import { familiesFor } from '../families.ts';
import { countRuns } from '../run-count.ts';
import { knownWorlds } from './known-worlds.ts';
import { checkWorld } from './run/check-world.ts';
import { runSeeds } from './run/run-seeds.ts';
import { runWorld } from './run/run-world.ts';
import { nameOf, planOf } from './run/world-name.ts';
import { brokenStores } from './store/broken-stores.ts';
import { drawPlan } from './world/world-plan.ts';

const families = await familiesFor('simulation');
const names = families.map(({ name }) => name);

const worldCount = countRuns('WORLDS', { few: 300, many: 400 });
const firstSeed = Number(process.env['WORLDS_SEED'] || randomInt(1_000_000));

/** With fewer, some of it may not occur: the rarest does in one world of twenty. */
const enoughWorlds = 300;

const expectedCoverage = [
  'kill',
  'pause',
  'storeAway',
  'lostCommits',
  'slowStore',
  'lostMessages',
  'noSweep',
  'lostTurns',
  'commit committed',
  'commit moved',
  'commit exists',
  'commit answer lost',
  'commit not written',
  'commit given up',
  'read given up',
  'turn asked for',
  'message lost',
  'connection refused',
  'sent twice',
  'replayed',
  'key conflict',
  'no answer',
];

/** Far more than it takes, also on a busy machine; and a world that fails is shrunk. */
const timeout = 300_000 + worldCount * 3_000;

/** Most mistakes of a store are seen in the first world. */
const mostSeedsToMistake = 30;

describe('a world of many processes', () => {
  test(
    `keeps every promise, whatever goes wrong: ${worldCount} of them from seed ${firstSeed} on`,
    { timeout },
    async () => {
      const threads = availableParallelism();
      const report = await runSeeds({ first: firstSeed, count: worldCount, threads });
      const { covered, brokenSeed } = report;
      if (brokenSeed !== undefined) await checkWorld(drawPlan(brokenSeed, names), families);
      expect(report).toMatchObject({ brokenSeed: undefined, worldCount });
      const ofFamilies = families.flatMap(({ name, history, expectedCoverage: more = [] }) => [
        ...history.expectedCoverage.map((word) => `${history.name} ${word}`),
        ...more.map((word) => `${name} ${word}`),
      ]);
      const missing = [...expectedCoverage, ...ofFamilies].filter((word) => !covered.has(word));
      expect(worldCount < enoughWorlds ? [] : missing).toEqual([]);
    },
  );

  test.each(knownWorlds)('%s, which once failed, keeps them too', async (name) => {
    await checkWorld(planOf(name, names), families);
  });

  test('is the same to the letter each time, and another one with another seed', async () => {
    const run = async (seed: number) => (await runWorld(drawPlan(seed, names), families)).digest;
    const [first, again, other] = [await run(firstSeed), await run(firstSeed), await run(firstSeed + 1)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test.each(Object.entries(brokenStores))('sees a store that %s, in a few seeds', async (_, corrupt) => {
    for (let seed = 1; seed <= mostSeedsToMistake; seed += 1) {
      if ((await runWorld(drawPlan(seed, names), families, { corrupt })).broken.length > 0) return;
    }
    expect.unreachable('None of the worlds shows it.');
  });

  test('has a name, which says what is left of it', () => {
    const plan = drawPlan(firstSeed, names);
    expect(planOf(nameOf(plan, names), names)).toEqual(plan);
    const [client] = plan.clients;
    const least = { ...plan, timing: 3, clients: [{ ...client!, requestCount: 2 }], faults: plan.faults.slice(1) };
    expect(planOf(nameOf(least, names), names)).toEqual(least);
  });
});
