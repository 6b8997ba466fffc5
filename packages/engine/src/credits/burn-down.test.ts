import { beforeEach, describe, expect, test } from 'vitest';

import { TestCustomer } from './testing/test-customer.ts';
import type { GrantOptions } from './testing/test-customer.ts';

let customer: TestCustomer;

beforeEach(() => {
  customer = new TestCustomer();
});

describe('blocks are drawn from', () => {
  test.each<[string, GrantOptions, GrantOptions]>([
    ['by lower priority', { priority: 1, pricePaid: 5 }, { priority: 2 }],
    ['by negative priority before 0', { priority: -3 }, {}],
    ['by the more negative priority', { priority: -5 }, { priority: -3 }],
    ['by sooner expiry', { expiresAtMs: 9_000, pricePaid: 5 }, { expiresAtMs: 10_000 }],
    ['what expires before what never does', { expiresAtMs: 9_000 }, {}],
    ['free before paid', {}, { pricePaid: 5 }],
    ['by priority before expiry', { priority: 1 }, { priority: 2, expiresAtMs: 9_000 }],
  ])('%s, whichever came first', (_, first, second) => {
    const [later, sooner] = [customer.give(1_000, second), customer.give(1_000, first)];
    customer.pay(customer.take(1), 1);
    expect(customer.remaining(sooner, later)).toEqual([0, 1_000]);
    expect(customer.balances()).toEqual([1_000, 0]);
  });

  test('the oldest first, a price of 0 being none', () => {
    const [first, second] = [customer.give(1_000, { pricePaid: 0 }), customer.give(1_000)];
    customer.pay(customer.take(1), 1);
    expect(customer.remaining(first, second)).toEqual([0, 1_000]);
  });

  test('one after the other, each to its end', () => {
    const blocks = Array.from({ length: 40 }, () => customer.give(1_000));
    customer.take(40);
    expect(blocks.map((id) => customer.state.block(id).held)).toEqual(blocks.map(() => 1_000));
  });
});
