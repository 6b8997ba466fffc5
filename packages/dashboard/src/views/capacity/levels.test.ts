import { expect, test } from 'vitest';

import { levelOf } from './levels.ts';

test.each([
  [0, 1_024, 0],
  [4, 1_024, 1],
  [255, 1_024, 1],
  [256, 1_024, 2],
  [1_020, 1_024, 4],
  [1_024, 1_024, 5],
  // A limit can be lowered below what is booked already, even to nothing.
  [64, 32, 5],
  [64, 0, 5],
  [0, 0, 0],
])('%d of %d GB is level %d', (reservedGb, reservationLimitGb, level) => {
  const interval = { startsAt: '', endsAt: '', reservableGb: 0, reservedGb, reservationLimitGb };
  expect(levelOf(interval)).toBe(level);
});
