import { expect, test } from 'vitest';

import { runCalls } from '../testing/run-calls.ts';
import { createLockCaller } from './lock-caller.ts';
import type { Acquire } from './lock-caller.ts';

const count = (acquire: Acquire) =>
  runCalls({ callers: [createLockCaller(0, acquire), createLockCaller(1, acquire)], close: () => undefined });

test('counts each lock that was taken and given back, and never takes one that is held', async () => {
  const held = new Set<string>();
  const { units, requests, wrongAnswers } = await count(async (name) => {
    if (held.has(name)) throw new Error(`${name} is held`);
    held.add(name);
    return async () => held.delete(name);
  });
  expect(wrongAnswers).toBe(0);
  expect(units).toBe(requests / 2);
  expect(held.size).toBe(0);
});

test.each<[string, Acquire]>([
  ['isn’t granted', () => Promise.reject(new Error('not this one'))],
  ['isn’t freed', async () => () => Promise.reject(new Error('not this one'))],
])('finds it wrong when a lock %s', async (_what, acquire) => {
  const { units, wrongAnswers, firstWrongAnswer } = await count(acquire);
  expect(units).toBe(0);
  expect(wrongAnswers).toBeGreaterThan(0);
  expect(firstWrongAnswer).toContain('not this one');
});
