import { expect, test } from 'vitest';

import { billFor, totalOf } from './pricing.ts';
import type { Prices } from './pricing.ts';

const most = Number.MAX_SAFE_INTEGER;

const tiers = [
  { up_to: 10, unit_cost: 100 },
  { up_to: 20, unit_cost: 50, flat_cost: 7 },
  { up_to: null, unit_cost: 1 },
];
const named = { billable_metric_key: 'image' };
const flat: Prices = { ...named, cost_type: 'flat', flat_cost: 500 };
const perUnit: Prices = { ...named, cost_type: 'per_unit', unit_cost: 1_000 };
const packages: Prices = { ...named, cost_type: 'package', package_size: 100, package_cost: 30 };
const graduated: Prices = { ...named, cost_type: 'tiered', mode: 'graduated', tiers };
const volume: Prices = { ...named, cost_type: 'tiered', mode: 'volume', tiers };

/** The engine's own examples, so that the calculator says what will be charged. */
test.each<[string, Prices, number, number]>([
  ['flat', flat, 1, 500],
  ['flat, whatever the units', flat, 1_000_000, 500],
  ['per unit', perUnit, 7, 7_000],
  ['a package that is begun', packages, 101, 60],
  ['a package that is full', packages, 100, 30],
  ['graduated, in the first tier', graduated, 10, 1_000],
  ['graduated, with the flat cost of each tier that is reached', graduated, 11, 1_057],
  ['graduated, in the last tier', graduated, 25, 1_000 + 507 + 5],
  ['volume, in the first tier', volume, 10, 1_000],
  ['volume, all units at the price of the tier', volume, 11, 557],
  ['volume, in the last tier', volume, 21, 21],
  ['nothing', flat, 0, 0],
])('a price: %s', (_, prices, units, price) => {
  expect(totalOf(billFor(prices, units)!)).toBe(price);
});

test('a graduated bill has a line for each tier that is reached', () => {
  expect(billFor(graduated, 25)).toEqual([
    { fromUnit: 1, toUnit: 10, count: 10, unitCost: 100, flatCost: 0, cost: 1_000 },
    { fromUnit: 11, toUnit: 20, count: 10, unitCost: 50, flatCost: 7, cost: 507 },
    { fromUnit: 21, toUnit: 25, count: 5, unitCost: 1, flatCost: 0, cost: 5 },
  ]);
});

test('beyond 2^53 − 1 there is no price', () => {
  expect(billFor(perUnit, most)).toBeUndefined();
  expect(billFor({ ...perUnit, unit_cost: 1 }, most)).toHaveLength(1);
});
