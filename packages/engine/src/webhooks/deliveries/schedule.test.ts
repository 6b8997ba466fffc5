import { expect, test } from 'vitest';

import { mostAttempts, waitAfter } from './schedule.ts';

const second = 1_000;
const hour = 3_600 * second;
const steps = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map((seconds) => seconds * second);

test('each step is as long as it says, a tenth more or less', () => {
  expect(mostAttempts).toBe(10);
  steps.forEach((step, index) => {
    expect(waitAfter(index + 1, 0, 0)).toBe(Math.round(0.9 * step));
    expect(waitAfter(index + 1, 0.5, 0)).toBe(step);
    expect(waitAfter(index + 1, 1 - Number.EPSILON, 0)).toBe(Math.round(1.1 * step));
  });
});

test('a receiver may ask for longer, for a day at most, and never for less', () => {
  expect(waitAfter(1, 0.5, hour)).toBe(hour);
  expect(waitAfter(1, 0.5, second)).toBe(5 * second);
  expect(waitAfter(1, 0.5, 1_000 * hour)).toBe(24 * hour);
  expect(waitAfter(9, 1 - Number.EPSILON, 1_000 * hour)).toBe(Math.round(1.1 * 24 * hour));
});
