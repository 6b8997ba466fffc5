import { beforeEach, describe, expect, test } from 'vitest';

import { release } from '../holds/rules.ts';
import { effectiveBalance } from '../state.ts';
import { TestCustomer } from '../testing/test-customer.ts';
import { findEntitlement } from './rules.ts';

const isOverage = ({ type }: { readonly type: string }) => type === 'credits.overage';

let customer: TestCustomer;

beforeEach(() => {
  customer = new TestCustomer();
});

describe('usage', () => {
  test('is debited at once', () => {
    customer.give(10_000);
    expect(customer.use(4)).toMatchObject({ cost: 4_000, entry: { delta: -4_000 } });
    expect(customer.balances()).toEqual([6_000, 0]);
  });

  test('beyond the credits is refused by default, and leaves holds alone', () => {
    customer.give(10_000);
    customer.take(8);
    expect(customer.use(3).status).toBe('INSUFFICIENT');
    expect(customer.balances()).toEqual([10_000, 8_000]);
  });

  test('may go below zero where the policy says so, as far as its limit', () => {
    customer.state.changeAccount({ overagePolicy: 'allow', overageLimit: 3_000 });
    customer.give(2_000);
    expect(customer.use(6).status).toBe('INSUFFICIENT');
    expect(customer.use(5)).toMatchObject({ cost: 5_000 });
    expect(customer.balances()).toEqual([-3_000, 0]);
    expect(customer.events().filter(isOverage)).toEqual([]);
  });

  test('has its limit held against what is left without holds, so that their commits can’t break it', () => {
    customer.state.changeAccount({ overagePolicy: 'allow', overageLimit: 3_000 });
    customer.give(10_000);
    customer.take(8);
    expect(customer.use(6).status).toBe('INSUFFICIENT');
    expect(customer.use(5).status).toBe('RECORDED');
    expect(customer.balances()).toEqual([5_000, 8_000]);
  });

  test('beyond the credits is told of where the policy says notify', () => {
    customer.state.changeAccount({ overagePolicy: 'notify' });
    customer.give(2_000);
    customer.use(2);
    expect(customer.events().filter(isOverage)).toEqual([]);
    customer.use(1);
    expect(customer.events().filter(isOverage)).toMatchObject([
      { external_customer_id: 'acme', data: { transaction_id: customer.lastEntry()?.id, cost: 1_000, overage: 1_000 } },
    ]);
  });

  test('leaves a debt that the next grant pays first', () => {
    customer.state.changeAccount({ overagePolicy: 'allow' });
    customer.use(5);
    const block = customer.give(7_000);
    expect([...customer.balances(), ...customer.remaining(block), customer.state.account.debt]).toEqual([
      2_000,
      0,
      2_000,
      null,
    ]);
  });

  test('leaves a debt that a release pays, too', () => {
    customer.state.changeAccount({ overagePolicy: 'allow' });
    customer.give(10_000);
    const id = customer.take(8);
    customer.use(5);
    expect([...customer.balances(), effectiveBalance(customer.state.account)]).toEqual([5_000, 8_000, -3_000]);
    release(customer.state, id, 0);
    expect([...customer.balances(), customer.state.account.debt]).toEqual([5_000, 0, null]);
  });

  test('beyond the credits never makes a commit take the balance below zero', () => {
    customer.state.changeAccount({ overagePolicy: 'allow' });
    customer.give(10_000);
    const id = customer.take(8);
    customer.use(5);
    expect(customer.pay(id, 8)).toMatchObject({ cost: 5_000, uncollected: 3_000, released: 3_000 });
    expect([...customer.balances(), customer.state.account.debt]).toEqual([0, 0, null]);
  });
});

describe('an entitlement', () => {
  test('says what units would cost, and how many one can afford', () => {
    customer.give(10_000);
    customer.take(4);
    expect(findEntitlement(customer.state, 'image', 6)).toMatchObject({
      isAllowed: true,
      cost: 6_000,
      affordableUnits: 6,
    });
    expect(findEntitlement(customer.state, 'image', 7)).toMatchObject({ isAllowed: false, policy: 'block' });
    customer.state.changeAccount({ overagePolicy: 'allow', overageLimit: 1_000 });
    expect(findEntitlement(customer.state, 'image', 7)).toMatchObject({ isAllowed: true, affordableUnits: 6 });
    expect(findEntitlement(customer.state, 'image', 8)).toMatchObject({ isAllowed: false });
  });

  test('of so much that no balance could be left is refused', () => {
    customer.state.changeAccount({ overagePolicy: 'allow' });
    customer.price({ costType: 'per_unit', unitCost: 1 });
    customer.use(1);
    const most = Number.MAX_SAFE_INTEGER;
    expect(findEntitlement(customer.state, 'image', most).status).toBe('OVERFLOW');
    expect(findEntitlement(customer.state, 'image', most - 1).status).toBe('KNOWN');
  });
});
