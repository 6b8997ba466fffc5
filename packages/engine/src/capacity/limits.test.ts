import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { noLimit, orgCapAt, platformCapacityAt, withDefault, withRange } from './limits.ts';

const settings = { platformCapacityGb: 4_096, orgCapGb: 1_024 };
const none = { platform: noLimit, orgs: noLimit, org: noLimit };
const range = { fromInterval: 10, toInterval: 20 };

describe('a cap', () => {
  test('is what was set most closely for the org', () => {
    const everyone = withRange(withDefault(noLimit, 500), range, 400);
    const own = withDefault(noLimit, 300);
    expect(orgCapAt(15, none, settings)).toBe(1_024);
    expect(orgCapAt(9, { ...none, orgs: everyone }, settings)).toBe(500);
    expect(orgCapAt(15, { ...none, orgs: everyone }, settings)).toBe(400);
    expect(orgCapAt(15, { ...none, orgs: everyone, org: own }, settings)).toBe(300);
    expect(orgCapAt(15, { ...none, orgs: everyone, org: withRange(own, range, 0) }, settings)).toBe(0);
  });

  test('goes back to what was there before', () => {
    const set = withRange(withDefault(noLimit, 500), range, 400);
    expect(withDefault(withRange(set, range, null), null)).toEqual(noLimit);
  });
});

test('the platform has its own', () => {
  const platform = withRange(noLimit, range, 8);
  expect([9, 10, 19, 20].map((interval) => platformCapacityAt(interval, { ...none, platform }, settings))).toEqual([
    4_096, 8, 8, 4_096,
  ]);
});

describe('ranges', () => {
  const change = fc.record({ from: fc.nat(50), length: fc.integer({ min: 1, max: 30 }), gb: fc.option(fc.nat(3)) });

  test('say in every interval what was said last, and stay in order, apart, and as few as can be', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const expected = Array.from({ length: 100 }, (): number | null => null);
        let limit = noLimit;
        for (const { from, length, gb } of changes) {
          limit = withRange(limit, { fromInterval: from, toInterval: from + length }, gb);
          expected.fill(gb, from, from + length);
        }
        const said = expected.map((_, interval) =>
          platformCapacityAt(interval, { ...none, platform: limit }, settings),
        );
        expect(said).toEqual(expected.map((gb) => gb ?? settings.platformCapacityGb));
        limit.ranges.forEach(({ fromInterval, toInterval, gb }, index) => {
          const next = limit.ranges[index + 1];
          expect(fromInterval).toBeLessThan(toInterval);
          if (next !== undefined && next.fromInterval === toInterval) expect(next.gb).not.toBe(gb);
          if (next !== undefined) expect(next.fromInterval).toBeGreaterThanOrEqual(toInterval);
        });
      }),
    );
  });
});
