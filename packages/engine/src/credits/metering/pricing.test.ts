import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { affordableUnits, priceOf } from './pricing.ts';
import type { PriceTable, Tier } from './pricing.ts';

const most = Number.MAX_SAFE_INTEGER;

function tiers(...rows: readonly (readonly [number | null, number, number?])[]): readonly Tier[] {
  return rows.map(([upTo, unitCost, flatCost = 0]) => ({ upTo, unitCost, flatCost }));
}

const graduated: PriceTable = {
  costType: 'tiered',
  mode: 'graduated',
  tiers: tiers([10, 100], [20, 50, 7], [null, 1]),
};
const volume: PriceTable = { costType: 'tiered', mode: 'volume', tiers: tiers([10, 100], [20, 50, 7], [null, 1]) };

describe('a price', () => {
  test.each<[string, PriceTable, number, number]>([
    ['flat', { costType: 'flat', flatCost: 500 }, 1, 500],
    ['flat, whatever the units', { costType: 'flat', flatCost: 500 }, 1_000_000, 500],
    ['per unit', { costType: 'per_unit', unitCost: 1_000 }, 7, 7_000],
    ['a package that is begun', { costType: 'package', packageSize: 100, packageCost: 30 }, 101, 60],
    ['a package that is full', { costType: 'package', packageSize: 100, packageCost: 30 }, 100, 30],
    ['graduated, in the first tier', graduated, 10, 1_000],
    ['graduated, with the flat cost of each tier that is reached', graduated, 11, 1_057],
    ['graduated, in the last tier', graduated, 25, 1_000 + 507 + 5],
    ['volume, in the first tier', volume, 10, 1_000],
    ['volume, all units at the price of the tier', volume, 11, 557],
    ['volume, in the last tier', volume, 21, 21],
  ])('%s', (_, prices, units, price) => {
    expect(priceOf(prices, units)).toBe(price);
  });

  test.each([graduated, volume, { costType: 'flat', flatCost: 1 } as const])('of nothing is nothing', (prices) => {
    expect(priceOf(prices, 0)).toBe(0);
  });

  test.each<[PriceTable, number]>([
    [{ costType: 'per_unit', unitCost: 2 }, 2 ** 52],
    [{ costType: 'per_unit', unitCost: most }, 2],
    [{ costType: 'package', packageSize: 1, packageCost: most }, most],
    [{ costType: 'tiered', mode: 'volume', tiers: tiers([null, 1, 1]) }, most],
    [{ costType: 'tiered', mode: 'graduated', tiers: tiers([most - 1, 1], [null, 1, 1]) }, most],
  ])('beyond 2^53 - 1 is none: %j of %d', (prices, units) => {
    expect(priceOf(prices, units)).toBeUndefined();
  });

  test('may be 2^53 - 1', () => {
    expect(priceOf({ costType: 'per_unit', unitCost: 1 }, most)).toBe(most);
    expect(priceOf({ costType: 'package', packageSize: 1, packageCost: 1 }, most)).toBe(most);
  });
});

const cost = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.maxSafeNat());
const pricesOf = fc.oneof(
  fc.record({ costType: fc.constant('flat' as const), flatCost: cost }),
  fc.record({ costType: fc.constant('per_unit' as const), unitCost: cost }),
  fc.record({
    costType: fc.constant('package' as const),
    packageSize: fc.oneof(
      fc.integer({ min: 1, max: 20 }),
      fc.maxSafeNat().map((size) => size + 1),
    ),
    packageCost: cost,
  }),
  fc
    .record({
      mode: fc.constantFrom('graduated' as const, 'volume' as const),
      ends: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
      costs: fc.array(fc.tuple(cost, cost), { minLength: 5, maxLength: 5 }),
    })
    .map(({ mode, ends, costs }): PriceTable => {
      const upTo = [...ends.sort((left, right) => left - right), null];
      const rows = upTo.map((end, index) => [end, ...(costs[index] ?? [0, 0])] as const);
      return { costType: 'tiered', mode, tiers: tiers(...rows) };
    }),
);
const units = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.maxSafeNat().map((each) => Math.max(1, each)),
);

/** The same in BigInt, unit by unit where there are few: so slow that it can't be wrong. */
function exactPrice(prices: PriceTable, amount: number): bigint {
  const all = BigInt(amount);
  if (prices.costType === 'flat') return BigInt(prices.flatCost);
  if (prices.costType === 'per_unit') return all * BigInt(prices.unitCost);
  if (prices.costType === 'package') {
    const size = BigInt(prices.packageSize);
    return ((all + size - 1n) / size) * BigInt(prices.packageCost);
  }
  const rows = prices.tiers.map((tier, index) => {
    const start = BigInt(index === 0 ? 0 : (prices.tiers[index - 1]?.upTo ?? 0));
    const end = tier.upTo === null ? undefined : BigInt(tier.upTo);
    return { start, end, unitCost: BigInt(tier.unitCost), flatCost: BigInt(tier.flatCost) };
  });
  if (prices.mode === 'volume') {
    const row = rows.find(({ start, end }) => all > start && (end === undefined || all <= end))!;
    return all * row.unitCost + row.flatCost;
  }
  return rows
    .filter(({ start }) => all > start)
    .reduce((sum, { start, end, unitCost, flatCost }) => {
      const last = end === undefined || all < end ? all : end;
      return sum + (last - start) * unitCost + flatCost;
    }, 0n);
}

test('a price is exact, or there is none', () => {
  fc.assert(
    fc.property(pricesOf, units, (prices, amount) => {
      const exact = exactPrice(prices, amount);
      expect(priceOf(prices, amount)).toBe(exact <= BigInt(most) ? Number(exact) : undefined);
    }),
    { numRuns: 2_000 },
  );
});

test('one can afford exactly as much as costs no more than one has', () => {
  fc.assert(
    fc.property(pricesOf, fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.maxSafeNat()), (prices, budget) => {
      const affordable = affordableUnits(prices, budget);
      const isAffordable = (amount: number) => exactPrice(prices, amount) <= BigInt(budget);
      if (affordable > 0) expect(isAffordable(affordable)).toBe(true);
      // A volume tier may be cheaper than the one before it, so all small numbers are tried, and what comes next.
      const beyond = Array.from({ length: 120 }, (_, index) => affordable + 1 + index).filter(
        (amount) => amount <= most,
      );
      expect(beyond.filter(isAffordable)).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
