import { expect, test } from 'vitest';

import { Tally } from '../load/tally.ts';
import { compare } from './compare.ts';
import type { Contender } from './compare.ts';

const plan = { warmUpMs: 0, measureMs: 1 };

/** Does so many requests and units in a second of each round. */
function contender(name: string, amounts: readonly number[], log: string[] = []): Contender {
  let round = 0;
  return {
    name,
    sample: async () => {
      log.push(name);
      const amount = amounts[round] ?? 0;
      round += 1;
      return { ...new Tally().toSample(), seconds: 1, requests: amount, units: amount };
    },
  };
}

test('takes turns, each round in the opposite order', async () => {
  const log: string[] = [];
  const contenders = [contender('a', [], log), contender('b', [], log)];
  await compare({ rounds: 4, plan }, { contenders, ratios: [], units: 'pairs' });
  expect(log.join('')).toBe('abbaabba');
});

test('compares round by round, and judges aims by the median', async () => {
  const contenders = [contender('a', [10, 60, 50]), contender('b', [100, 100, 50])];
  const ratio = { of: 'a', to: 'b', measure: 'pairs/s' };
  const ratios = [
    { ...ratio, atLeast: 0.6 },
    { ...ratio, atLeast: 0.61 },
  ];
  const findings = await compare({ rounds: 3, plan }, { contenders, ratios, units: 'pairs' });
  expect(findings.ratios[0]).toEqual({ ...ratio, rounds: [0.1, 0.6, 1], min: 0.1, median: 0.6, max: 1 });
  expect(findings.aims.map(({ isMet }) => isMet)).toEqual([true, false]);
});

test('leaves out who isn’t there, and every comparison with them', async () => {
  const missing = { contender: 'b', reason: 'b is not installed' };
  const ratios = [{ of: 'a', to: 'b', measure: 'pairs/s', atLeast: 1 }];
  const contenders = [contender('a', [1]), missing];
  const findings = await compare({ rounds: 1, plan }, { contenders, ratios, units: 'pairs' });
  expect(findings).toMatchObject({ rows: [{ contender: 'a' }], ratios: [], aims: [], leftOut: [missing] });
});

test('says who gave wrong answers', async () => {
  const tally = new Tally();
  tally.wrongAnswer('status 500');
  const wrong = { name: 'a', sample: async () => tally.toSample() };
  const contenders = [wrong, contender('b', [1])];
  const findings = await compare({ rounds: 1, plan }, { contenders, ratios: [], units: 'pairs' });
  expect(findings.wrongAnswers).toEqual(['a: 1 wrong answers, first status 500']);
});
