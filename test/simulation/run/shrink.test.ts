import { expect, test } from 'vitest';

import { drawPlan } from '../world/world-plan.ts';
import type { WorldPlan } from '../world/world-plan.ts';
import { shrink } from './shrink.ts';
import { nameOf } from './world-name.ts';

const names = ['one', 'other'];
const many = { mostRequests: 100_000_000 };

/** Fails if these two clients make that many requests, and something is lost. */
async function fails({ clients, faults }: WorldPlan): Promise<boolean> {
  const countOf = (family: string, number: number) => {
    return clients.find((client) => client.family === family && client.number === number)?.requestCount ?? 0;
  };
  return countOf('one', 5) >= 2 && countOf('other', 11) >= 3 && faults.some(({ type }) => type === 'lostMessages');
}

/** A plan that fails. */
async function drawFailing(): Promise<WorldPlan> {
  for (let seed = 1; ; seed += 1) {
    const plan = drawPlan(seed, names);
    if (plan.faults.length > 3 && (await fails(plan))) return plan;
  }
}

test('what is left is what it takes to fail', async () => {
  const plan = await drawFailing();
  const least = await shrink(plan, fails, many);
  expect(nameOf(least, names)).toMatch(new RegExp(`^${plan.seed} f\\d+ one5x2 other11x3$`, 'u'));
  expect(least.faults).toHaveLength(1);
});

test('a plan is left as it is when nothing may be tried', async () => {
  const plan = await drawFailing();
  expect(await shrink(plan, fails, { mostRequests: 0 })).toBe(plan);
});
