import { beforeEach, describe, expect, test } from 'vitest';

import { updateCreditSettings } from './accounts/tenant-settings.ts';
import { release } from './holds/rules.ts';
import { entryKind } from './records.ts';
import { TestCustomer } from './testing/test-customer.ts';

let customer: TestCustomer;

beforeEach(() => {
  customer = new TestCustomer();
});

describe('a hold that has lapsed', () => {
  test('can be neither committed nor released, before anything has settled it and after', () => {
    customer.give(10_000);
    const id = customer.take(4, 0, 1_000);
    expect(customer.pay(id, 1, { nowMs: 999 + 1 }).status).toBe('EXPIRED');
    customer.settle(1_000);
    expect([customer.pay(id, 1, { nowMs: 1_000 }).status, release(customer.state, id, 1_000).status]).toEqual([
      'EXPIRED',
      'EXPIRED',
    ]);
  });

  test('gives its credits back as of its expiry', () => {
    customer.give(10_000);
    customer.take(4, 0, 1_000);
    customer.settle(5_000);
    expect(customer.lastEntry()).toMatchObject({
      type: 'release',
      delta: 4_000,
      metricKey: 'image',
      createdAtMs: 1_000,
    });
    expect(customer.balances()).toEqual([10_000, 0]);
  });

  test('lives to the last millisecond', () => {
    customer.give(10_000);
    const id = customer.take(4, 0, 1_000);
    customer.settle(999);
    expect(customer.pay(id, 4, { nowMs: 999 }).status).toBe('COMMITTED');
  });

  test('is known for 90 days, whether or not it has been deleted by then', () => {
    customer.give(10_000);
    const id = customer.take(4, 0, 1_000);
    const endMs = 1_000 + 90 * 24 * 60 * 60 * 1_000;
    expect([endMs - 1, endMs].map((nowMs) => customer.pay(id, 1, { nowMs }).status)).toEqual(['EXPIRED', 'NO_HOLD']);
    customer.settle(endMs);
    expect([endMs - 1, endMs].map((nowMs) => customer.pay(id, 1, { nowMs }).status)).toEqual(['EXPIRED', 'NO_HOLD']);
  });

  test('takes as many ids whether or not anybody wants to hear of it', () => {
    const idAfter = (emitReservationExpired: boolean) => {
      customer = new TestCustomer();
      updateCreditSettings(customer.records, customer.state.customer.tenantPartition, { emitReservationExpired });
      customer.give(10_000);
      customer.take(4, 0, 1_000);
      customer.settle(1_000);
      return customer.take(1, 1_000);
    };
    expect(idAfter(true)).toBe(idAfter(false));
  });

  test('is settled with as many others as the limit allows, the rest later', () => {
    customer.give(100_000);
    for (let index = 0; index < 10; index++) customer.take(1, 0, 1_000 + index);
    customer.settle(2_000, 4);
    expect(customer.balances()).toEqual([100_000, 6_000]);
    expect(customer.state.account.dueAtMs).toBe(1_004);
    customer.settle(2_000, 4);
    customer.settle(2_000, 4);
    expect([...customer.balances(), customer.state.account.dueAtMs]).toEqual([100_000, 0, null]);
  });

  test('never gets in behind what is in the ledger already, however late it is settled', () => {
    customer.give(100_000);
    for (let index = 0; index < 10; index++) customer.take(1, 0, 1_000 + index);
    customer.settle(2_000, 4);
    customer.give(1, {}, 2_000);
    customer.settle(3_000);
    const entries = customer.records.all(entryKind).map(({ value }) => value);
    const [released, granted, ...late] = entries.slice(-8);
    expect([released?.createdAtMs, granted?.type]).toEqual([1_003, 'grant']);
    expect(late.map(({ type, createdAtMs }) => [type, createdAtMs])).toEqual(Array(6).fill(['release', 2_000]));
    expect(late.map(({ reservedAfter }) => reservedAfter)).toEqual([5_000, 4_000, 3_000, 2_000, 1_000, 0]);
  });
});

describe('a block that expires', () => {
  test('is gone at that moment, with what is free of it', () => {
    customer.give(10_000, { expiresAtMs: 5_000 });
    customer.settle(4_999);
    expect(customer.balances()).toEqual([10_000, 0]);
    customer.settle(5_000);
    expect(customer.lastEntry()).toMatchObject({ type: 'expiration', delta: -10_000, createdAtMs: 5_000 });
    expect(customer.balances()).toEqual([0, 0]);
  });

  test('keeps what a hold has taken until that ends, and what is committed of it', () => {
    customer.give(10_000, { expiresAtMs: 5_000 });
    const id = customer.take(6, 0, 60_000);
    customer.settle(6_000);
    expect(customer.balances()).toEqual([6_000, 6_000]);
    expect(customer.pay(id, 2, { nowMs: 6_000 })).toMatchObject({ cost: 2_000, released: 4_000 });
    expect(customer.lastEntry()).toMatchObject({ type: 'expiration', delta: -4_000 });
    expect(customer.balances()).toEqual([0, 0]);
  });

  test('under a hold that lapses expires with it', () => {
    customer.give(10_000, { expiresAtMs: 5_000 });
    customer.take(10, 0, 7_000);
    customer.settle(6_000);
    expect(customer.balances()).toEqual([10_000, 10_000]);
    customer.settle(9_000);
    expect(customer.lastEntry()).toMatchObject({ type: 'expiration', delta: -10_000, createdAtMs: 7_000 });
    expect(customer.balances()).toEqual([0, 0]);
  });

  test('expires in its turn when a hold that took all of it lapsed before', () => {
    customer.give(10_000, { expiresAtMs: 5_000 });
    customer.take(10, 0, 1_000);
    customer.settle(9_000);
    const [released, expired] = customer.records
      .all(entryKind)
      .slice(-2)
      .map(({ value }) => value);
    expect(released).toMatchObject({ type: 'release', createdAtMs: 1_000 });
    expect(expired).toMatchObject({ type: 'expiration', createdAtMs: 5_000 });
    expect(customer.balances()).toEqual([0, 0]);
  });

  test.each([
    ['was settled before', [1_000, 9_000]],
    ['is settled only then', [9_000]],
  ])('takes its turn by age among those of the same time, if the hold that took all of it %s', (_, times) => {
    const first = customer.give(1_000, { expiresAtMs: 5_000 });
    const second = customer.give(2_000, { expiresAtMs: 5_000 });
    customer.take(1, 0, 1_000);
    for (const nowMs of times) customer.settle(nowMs);
    const expired = customer.records
      .all(entryKind)
      .slice(-2)
      .map(({ value }) => value.referenceId);
    expect(expired).toEqual([first, second]);
    expect(customer.balances()).toEqual([0, 0]);
  });

  test('is not drawn from any more, even if nothing has settled it', () => {
    customer.give(10_000, { expiresAtMs: 5_000 });
    expect(customer.take(1, 5_000)).toBe('INSUFFICIENT');
  });
});
