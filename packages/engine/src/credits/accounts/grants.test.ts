import { beforeEach, describe, expect, test } from 'vitest';

import { TestCustomer } from '../testing/test-customer.ts';
import { adjust } from './grants.ts';

let customer: TestCustomer;

beforeEach(() => {
  customer = new TestCustomer();
});

describe('a correction', () => {
  test('up is a block, and no earning', () => {
    adjust(customer.state, { delta: 500, reason: 'sorry' }, 0);
    expect([...customer.balances(), customer.state.account.lifetimeEarned]).toEqual([500, 0, 0]);
  });

  test('down takes what is free, and no more', () => {
    customer.give(10_000);
    customer.take(8);
    expect(adjust(customer.state, { delta: -2_001, reason: 'fraud' }, 0).status).toBe('INSUFFICIENT');
    expect(adjust(customer.state, { delta: -2_000, reason: 'fraud' }, 0).status).toBe('ADJUSTED');
    expect(customer.balances()).toEqual([8_000, 8_000]);
  });
});

describe('a grant', () => {
  test('that takes a balance beyond 2^53 - 1 is refused', () => {
    customer.give(Number.MAX_SAFE_INTEGER);
    expect(() => customer.give(1)).toThrow('OVERFLOW');
  });

  test('must not have expired already', () => {
    expect(() => customer.give(1, { expiresAtMs: 5 }, 5)).toThrow('EXPIRES_TOO_SOON');
  });
});
