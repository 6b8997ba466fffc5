import type { CapacityUsageInterval } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { sumByDay } from './usage-days.ts';
import { usageShapes } from './usage-shapes.ts';

const unused: CapacityUsageInterval = {
  startsAt: '',
  endsAt: '',
  reservedGb: 16,
  reservedGbSeconds: 14_400,
  usedGbSeconds: 0,
  overageGbSeconds: 0,
  unusedGbSeconds: 14_400,
  reservedCostMicros: 48_000,
  overageCostMicros: 0,
};

/** The contract's example: 8 GB for 600 s, 30 GB for 60 s, nothing for 240 s. */
const withOverage = {
  ...unused,
  usedGbSeconds: 6_600,
  overageGbSeconds: 840,
  unusedGbSeconds: 8_640,
  overageCostMicros: 14_000,
};

test('days are summed by themselves', () => {
  const [first, second, ...others] = sumByDay([
    ...Array.from({ length: 96 }, () => unused),
    withOverage,
    ...Array.from({ length: 95 }, () => unused),
  ]);
  expect(others).toEqual([]);
  expect(first).toEqual({
    reservedGbSeconds: 96 * 14_400,
    usedGbSeconds: 0,
    overageGbSeconds: 0,
    unusedGbSeconds: 96 * 14_400,
    reservedCostMicros: 96 * 48_000,
    overageCostMicros: 0,
  });
  expect(second).toMatchObject({ usedGbSeconds: 6_600, overageGbSeconds: 840, overageCostMicros: 14_000 });
});

test('a chart stacks overage on what is reserved, and ends at a number that reads well', () => {
  const shapes = usageShapes([unused, { ...withOverage, overageGbSeconds: 3_600, usedGbSeconds: 10_800 }]);
  expect(shapes.topGb).toBe(20);
  // 16 of 20 GB are reserved; 8 GB of it are used, and 4 GB beyond it.
  expect(shapes.reserved).toBe('M0,20H1V20H2');
  expect(shapes.covered).toBe('M1,100V60h1V100Z');
  expect(shapes.overage).toBe('M1,20V0h1V20Z');
});

test('a chart of nothing has a scale', () => {
  expect(usageShapes([{ ...unused, reservedGb: 0 }])).toEqual({
    reserved: 'M0,100H1',
    covered: '',
    overage: '',
    topGb: 4,
  });
  expect(usageShapes([]).topGb).toBe(4);
});

test.each([
  [1_024, 1_200],
  [1_200, 1_200],
  [9, 10],
  [40, 40],
])('a chart of %d GB ends at %d', (reservedGb, topGb) => {
  expect(usageShapes([{ ...unused, reservedGb }]).topGb).toBe(topGb);
});
