import { beforeEach, describe, expect, test } from 'vitest';

import type { PriceTable } from '../metering/pricing.ts';
import { entryKind } from '../records.ts';
import { TestCustomer } from '../testing/test-customer.ts';
import { commit, extend, hold, release } from './rules.ts';

let customer: TestCustomer;

beforeEach(() => {
  customer = new TestCustomer();
});

describe('a hold', () => {
  test('sets credits aside and leaves the balance alone', () => {
    customer.give(10_000);
    customer.take(8);
    expect(customer.balances()).toEqual([10_000, 8_000]);
  });

  test('may take all that there is, and not one millicredit more', () => {
    customer.give(10_000);
    expect(customer.take(10)).not.toBe('INSUFFICIENT');
    expect(customer.take(1)).toBe('INSUFFICIENT');
  });

  test('of 8,000 beside another one on 10,000 is refused and writes nothing', () => {
    customer.give(10_000);
    customer.take(8);
    const before = customer.records.all(entryKind).length;
    expect(customer.take(8)).toBe('INSUFFICIENT');
    expect([customer.records.all(entryKind).length, ...customer.balances()]).toEqual([before, 10_000, 8_000]);
  });

  test('keeps the price that it was made at', () => {
    customer.give(10_000);
    const id = customer.take(5);
    customer.price({ costType: 'per_unit', unitCost: 1 });
    expect(customer.pay(id, 4)).toMatchObject({ cost: 4_000, released: 1_000 });
  });

  test('of a metric without a rule is refused', () => {
    const outcome = hold(customer.state, { metricKey: 'video', units: 1, ttlMs: 1, metadataJson: null }, 0);
    expect(outcome.status).toBe('NO_RULE');
  });

  test('that costs more than 2^53 - 1 is refused', () => {
    expect(customer.take(Number.MAX_SAFE_INTEGER)).toBe('OVERFLOW');
  });
});

describe('a commit', () => {
  test('debits what was used and frees the rest', () => {
    customer.give(10_000);
    expect(customer.pay(customer.take(10), 7)).toMatchObject({ cost: 7_000, released: 3_000, uncollected: 0 });
    expect([customer.lastEntry()?.delta, ...customer.balances()]).toEqual([-7_000, 3_000, 0]);
  });

  test.each<PriceTable>([
    { costType: 'flat', flatCost: 500 },
    { costType: 'per_unit', unitCost: 1_000 },
    { costType: 'package', packageSize: 10, packageCost: 700 },
  ])('of nothing debits nothing: %j', (prices) => {
    customer.give(10_000);
    customer.price(prices);
    const outcome = customer.pay(customer.take(1), 0);
    expect(outcome).toMatchObject({ status: 'COMMITTED', cost: 0, uncollected: 0, entry: { delta: 0 } });
    expect(Object.is(customer.lastEntry()?.delta, -0)).toBe(false);
    expect(customer.balances()).toEqual([10_000, 0]);
  });

  test('of more than was held draws from what is free', () => {
    customer.give(10_000);
    expect(customer.pay(customer.take(5), 8)).toMatchObject({ cost: 8_000, released: 0, uncollected: 0 });
    expect(customer.balances()).toEqual([2_000, 0]);
  });

  test('is capped at what is free, and never touches another hold', () => {
    customer.give(10_000);
    const other = customer.take(4);
    expect(customer.pay(customer.take(5), 9)).toMatchObject({ cost: 6_000, released: 0, uncollected: 3_000 });
    expect(customer.balances()).toEqual([4_000, 4_000]);
    expect(customer.pay(other, 4)).toMatchObject({ cost: 4_000, uncollected: 0 });
  });

  test('that is not the last one leaves the hold as it is', () => {
    customer.give(10_000);
    const id = customer.take(6);
    expect(customer.pay(id, 2, { isFinal: false })).toMatchObject({
      hold: { status: 'active' },
      cost: 2_000,
      released: 0,
    });
    expect(customer.balances()).toEqual([8_000, 4_000]);
    expect(customer.pay(id, 1)).toMatchObject({
      hold: { status: 'committed', committedUnits: 3 },
      cost: 1_000,
      released: 3_000,
    });
    expect(customer.balances()).toEqual([7_000, 0]);
  });

  test('of several prices the units together', () => {
    customer.give(10_000);
    customer.price({
      costType: 'tiered',
      mode: 'graduated',
      tiers: [
        { upTo: 2, unitCost: 1_000, flatCost: 0 },
        { upTo: null, unitCost: 100, flatCost: 0 },
      ],
    });
    const id = customer.take(4);
    expect(customer.pay(id, 3, { isFinal: false })).toMatchObject({ cost: 2_100 });
    expect(customer.pay(id, 2)).toMatchObject({ cost: 200, released: 0 });
    expect(customer.balances()).toEqual([7_700, 0]);
  });

  test('never gives back what a cheaper tier makes of units that were committed', () => {
    customer.give(10_000);
    customer.price({
      costType: 'tiered',
      mode: 'volume',
      tiers: [
        { upTo: 10, unitCost: 100, flatCost: 0 },
        { upTo: null, unitCost: 50, flatCost: 0 },
      ],
    });
    const id = customer.take(10);
    expect(customer.pay(id, 10, { isFinal: false })).toMatchObject({ cost: 1_000 });
    expect(customer.pay(id, 5, { isFinal: false })).toMatchObject({ cost: 0 });
    expect(customer.pay(id, 6)).toMatchObject({ cost: 50 });
    expect(customer.balances()).toEqual([8_950, 0]);
  });

  test('merges its metadata into that of the hold', () => {
    customer.give(10_000);
    const held = hold(customer.state, { metricKey: 'image', units: 1, ttlMs: 9, metadataJson: '{"a":1,"b":1}' }, 0);
    if (held.status !== 'HELD') throw new Error(held.status);
    const outcome = commit(customer.state, { holdId: held.id, units: 1, metadataJson: '{"b":2}', isFinal: true }, 0);
    expect(outcome).toMatchObject({ hold: { metadataJson: '{"a":1,"b":2}' } });
  });

  test('whose metadata would be too large together changes nothing', () => {
    customer.give(10_000);
    const large = (name: string) => JSON.stringify({ [name]: 'x'.repeat(3_000) });
    const held = hold(customer.state, { metricKey: 'image', units: 1, ttlMs: 9, metadataJson: large('a') }, 0);
    if (held.status !== 'HELD') throw new Error(held.status);
    const outcome = commit(customer.state, { holdId: held.id, units: 1, metadataJson: large('b'), isFinal: true }, 0);
    expect([outcome.status, ...customer.balances()]).toEqual(['METADATA_TOO_LARGE', 10_000, 1_000]);
  });

  test('is possible once', () => {
    customer.give(10_000);
    const id = customer.take(1);
    customer.pay(id, 1);
    expect([customer.pay(id, 1).status, release(customer.state, id, 0).status]).toEqual(['NOT_ACTIVE', 'NOT_ACTIVE']);
  });
});

describe('a release', () => {
  test('gives back what was held, and leaves the balance alone', () => {
    customer.give(10_000);
    expect(release(customer.state, customer.take(4), 0)).toMatchObject({ released: 4_000, entry: { delta: 4_000 } });
    expect(customer.balances()).toEqual([10_000, 0]);
  });
});

describe('an extension', () => {
  test('takes more credits, or is refused as a hold is', () => {
    customer.give(10_000);
    const id = customer.take(4);
    expect(extend(customer.state, { holdId: id, additionalUnits: 6, ttlMs: null }, 0)).toMatchObject({
      hold: { estimatedCost: 10_000 },
    });
    expect(extend(customer.state, { holdId: id, additionalUnits: 1, ttlMs: null }, 0).status).toBe('INSUFFICIENT');
    expect(customer.balances()).toEqual([10_000, 10_000]);
  });

  test('lets a hold last longer, and never shorter', () => {
    customer.give(10_000);
    const id = customer.take(1, 0, 1_000);
    expect(extend(customer.state, { holdId: id, additionalUnits: 0, ttlMs: 1_000 }, 500)).toMatchObject({
      hold: { expiresAtMs: 1_500 },
    });
    expect(extend(customer.state, { holdId: id, additionalUnits: 0, ttlMs: 1 }, 600)).toMatchObject({
      hold: { expiresAtMs: 1_500 },
    });
    customer.settle(1_200);
    expect(customer.balances()).toEqual([10_000, 1_000]);
  });

  test('comes too late at the very moment of expiry', () => {
    customer.give(10_000);
    const id = customer.take(1, 0, 1_000);
    expect(extend(customer.state, { holdId: id, additionalUnits: 1, ttlMs: 1_000 }, 1_000).status).toBe('EXPIRED');
  });
});
