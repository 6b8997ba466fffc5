import { beforeEach, describe, expect, test } from 'vitest';

import { LoadedRecords } from '../testing/loaded-records.ts';
import { createCustomer } from './accounts/customers.ts';
import { adjust, grant } from './accounts/grants.ts';
import { updateCreditSettings } from './accounts/tenant-settings.ts';
import { settleDue } from './expiry.ts';
import { commit, extend, hold, release } from './holds/rules.ts';
import type { PriceTable } from './metering/pricing.ts';
import { createMeteringRule, createMetric } from './metering/rules.ts';
import { blockKind, creditEventKind, entryKind } from './records.ts';
import type { OveragePolicy } from './records.ts';
import { CreditState, effectiveBalance } from './state.ts';
import { findEntitlement, recordUsage } from './usage/rules.ts';

const settings = { eventHistoryMs: 60_000 };
const customer = { tenantPartition: 'tenant/live/credits', key: '0123456789abcdef' };

let records: LoadedRecords;
let state: CreditState;

beforeEach(() => {
  records = new LoadedRecords();
  state = new CreditState(records, customer);
  open(null);
  price({ costType: 'per_unit', unitCost: 1_000 });
});

function open(overagePolicy: OveragePolicy | null, overageLimit: number | null = null): void {
  createCustomer(state, { externalId: 'acme', displayName: null, metadataJson: null, overagePolicy, overageLimit }, 0);
}

function price(prices: PriceTable): void {
  const tenant = { changes: records, partition: customer.tenantPartition, key: customer.key };
  createMetric(tenant, { key: 'image', displayName: null, metadataJson: null }, 0);
  createMeteringRule(tenant, { metricKey: 'image', prices }, 0);
}

interface GrantOptions {
  readonly priority?: number;
  readonly expiresAtMs?: number | null;
  readonly pricePaid?: number | null;
}

/** Grants credits and returns the block's id. */
function give(credits: number, options: GrantOptions = {}, nowMs = 0): string {
  const source = { source: 'test', currency: null, packageId: null, externalPaymentId: null, reason: null };
  const terms = { priority: 0, expiresAtMs: null, pricePaid: null, metadataJson: null, ...source, ...options };
  const outcome = grant(state, { ...terms, credits }, nowMs);
  if (outcome.status !== 'GRANTED') throw new Error(outcome.status);
  return outcome.blockId;
}

/** Holds units and returns the hold's id, or why not. */
function take(units: number, nowMs = 0, ttlMs = 1_000): string {
  const outcome = hold(state, { metricKey: 'image', units, ttlMs, metadataJson: null }, nowMs);
  return outcome.status === 'HELD' ? outcome.id : outcome.status;
}

function pay(holdId: string, units: number, more: { isFinal?: boolean; nowMs?: number } = {}) {
  const { isFinal = true, nowMs = 0 } = more;
  return commit(state, { holdId, units, metadataJson: null, isFinal }, nowMs);
}

function use(units: number, nowMs = 0) {
  const usage = { metricKey: 'image', units, eventId: null, occurredAtMs: null, metadataJson: null };
  return recordUsage(state, usage, settings, nowMs);
}

function settle(nowMs: number, limit = 100): void {
  settleDue(state, nowMs, settings, limit);
}

/** Balance and reserved balance; every test ends with both adding up. */
function balances(): readonly [number, number] {
  const { balance, reserved, debt } = state.account;
  const entries = records.all(entryKind).map(({ value }) => value);
  const blocks = records.all(blockKind).map(({ value }) => value);
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  expect(sum(entries.map((entry) => entry.balanceDelta))).toBe(balance);
  expect(sum(entries.map((entry) => entry.reservedDelta))).toBe(reserved);
  expect(sum(blocks.map((block) => block.remaining)) - (debt?.amount ?? 0)).toBe(balance);
  expect(sum(blocks.map((block) => block.held))).toBe(reserved);
  expect(entries.filter((entry) => sum(entry.blocks.map(({ amount }) => amount)) !== entry.delta)).toEqual([]);
  return [balance, reserved];
}

function remaining(...blockIds: readonly string[]): readonly number[] {
  return blockIds.map((id) => state.block(id).remaining);
}

function lastEntry() {
  return records.all(entryKind).at(-1)?.value;
}

describe('a hold', () => {
  test('sets credits aside and leaves the balance alone', () => {
    give(10_000);
    take(8);
    expect(balances()).toEqual([10_000, 8_000]);
  });

  test('may take all that there is, and not one millicredit more', () => {
    give(10_000);
    expect(take(10)).not.toBe('INSUFFICIENT');
    expect(take(1)).toBe('INSUFFICIENT');
  });

  test('of 8,000 beside another one on 10,000 is refused and writes nothing', () => {
    give(10_000);
    take(8);
    const before = records.all(entryKind).length;
    expect(take(8)).toBe('INSUFFICIENT');
    expect([records.all(entryKind).length, ...balances()]).toEqual([before, 10_000, 8_000]);
  });

  test('keeps the price that it was made at', () => {
    give(10_000);
    const id = take(5);
    price({ costType: 'per_unit', unitCost: 1 });
    expect(pay(id, 4)).toMatchObject({ cost: 4_000, released: 1_000 });
  });

  test('of a metric without a rule is refused', () => {
    const outcome = hold(state, { metricKey: 'video', units: 1, ttlMs: 1, metadataJson: null }, 0);
    expect(outcome.status).toBe('NO_RULE');
  });

  test('that costs more than 2^53 - 1 is refused', () => {
    expect(take(Number.MAX_SAFE_INTEGER)).toBe('OVERFLOW');
  });
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
    const [later, sooner] = [give(1_000, second), give(1_000, first)];
    pay(take(1), 1);
    expect(remaining(sooner, later)).toEqual([0, 1_000]);
    expect(balances()).toEqual([1_000, 0]);
  });

  test('the oldest first, a price of 0 being none', () => {
    const [first, second] = [give(1_000, { pricePaid: 0 }), give(1_000)];
    pay(take(1), 1);
    expect(remaining(first, second)).toEqual([0, 1_000]);
  });

  test('one after the other, each to its end', () => {
    const blocks = Array.from({ length: 40 }, () => give(1_000));
    take(40);
    expect(blocks.map((id) => state.block(id).held)).toEqual(blocks.map(() => 1_000));
  });
});

describe('a commit', () => {
  test('debits what was used and frees the rest', () => {
    give(10_000);
    expect(pay(take(10), 7)).toMatchObject({ cost: 7_000, released: 3_000, uncollected: 0 });
    expect([lastEntry()?.delta, ...balances()]).toEqual([-7_000, 3_000, 0]);
  });

  test.each<PriceTable>([
    { costType: 'flat', flatCost: 500 },
    { costType: 'per_unit', unitCost: 1_000 },
    { costType: 'package', packageSize: 10, packageCost: 700 },
  ])('of nothing debits nothing: %j', (prices) => {
    give(10_000);
    price(prices);
    const outcome = pay(take(1), 0);
    expect(outcome).toMatchObject({ status: 'COMMITTED', cost: 0, uncollected: 0, entry: { delta: 0 } });
    expect(Object.is(lastEntry()?.delta, -0)).toBe(false);
    expect(balances()).toEqual([10_000, 0]);
  });

  test('of more than was held draws from what is free', () => {
    give(10_000);
    expect(pay(take(5), 8)).toMatchObject({ cost: 8_000, released: 0, uncollected: 0 });
    expect(balances()).toEqual([2_000, 0]);
  });

  test('is capped at what is free, and never touches another hold', () => {
    give(10_000);
    const other = take(4);
    expect(pay(take(5), 9)).toMatchObject({ cost: 6_000, released: 0, uncollected: 3_000 });
    expect(balances()).toEqual([4_000, 4_000]);
    expect(pay(other, 4)).toMatchObject({ cost: 4_000, uncollected: 0 });
  });

  test('that is not the last one leaves the hold as it is', () => {
    give(10_000);
    const id = take(6);
    expect(pay(id, 2, { isFinal: false })).toMatchObject({ hold: { status: 'active' }, cost: 2_000, released: 0 });
    expect(balances()).toEqual([8_000, 4_000]);
    expect(pay(id, 1)).toMatchObject({
      hold: { status: 'committed', committedUnits: 3 },
      cost: 1_000,
      released: 3_000,
    });
    expect(balances()).toEqual([7_000, 0]);
  });

  test('of several prices the units together', () => {
    give(10_000);
    price({
      costType: 'tiered',
      mode: 'graduated',
      tiers: [
        { upTo: 2, unitCost: 1_000, flatCost: 0 },
        { upTo: null, unitCost: 100, flatCost: 0 },
      ],
    });
    const id = take(4);
    expect(pay(id, 3, { isFinal: false })).toMatchObject({ cost: 2_100 });
    expect(pay(id, 2)).toMatchObject({ cost: 200, released: 0 });
    expect(balances()).toEqual([7_700, 0]);
  });

  test('never gives back what a cheaper tier makes of units that were committed', () => {
    give(10_000);
    price({
      costType: 'tiered',
      mode: 'volume',
      tiers: [
        { upTo: 10, unitCost: 100, flatCost: 0 },
        { upTo: null, unitCost: 50, flatCost: 0 },
      ],
    });
    const id = take(10);
    expect(pay(id, 10, { isFinal: false })).toMatchObject({ cost: 1_000 });
    expect(pay(id, 5, { isFinal: false })).toMatchObject({ cost: 0 });
    expect(pay(id, 6)).toMatchObject({ cost: 50 });
    expect(balances()).toEqual([8_950, 0]);
  });

  test('merges its metadata into that of the hold', () => {
    give(10_000);
    const held = hold(state, { metricKey: 'image', units: 1, ttlMs: 9, metadataJson: '{"a":1,"b":1}' }, 0);
    if (held.status !== 'HELD') throw new Error(held.status);
    const outcome = commit(state, { holdId: held.id, units: 1, metadataJson: '{"b":2}', isFinal: true }, 0);
    expect(outcome).toMatchObject({ hold: { metadataJson: '{"a":1,"b":2}' } });
  });

  test('whose metadata would be too large together changes nothing', () => {
    give(10_000);
    const large = (name: string) => JSON.stringify({ [name]: 'x'.repeat(3_000) });
    const held = hold(state, { metricKey: 'image', units: 1, ttlMs: 9, metadataJson: large('a') }, 0);
    if (held.status !== 'HELD') throw new Error(held.status);
    const outcome = commit(state, { holdId: held.id, units: 1, metadataJson: large('b'), isFinal: true }, 0);
    expect([outcome.status, ...balances()]).toEqual(['METADATA_TOO_LARGE', 10_000, 1_000]);
  });

  test('is possible once', () => {
    give(10_000);
    const id = take(1);
    pay(id, 1);
    expect([pay(id, 1).status, release(state, id, 0).status]).toEqual(['NOT_ACTIVE', 'NOT_ACTIVE']);
  });
});

describe('a release', () => {
  test('gives back what was held, and leaves the balance alone', () => {
    give(10_000);
    expect(release(state, take(4), 0)).toMatchObject({ released: 4_000, entry: { delta: 4_000 } });
    expect(balances()).toEqual([10_000, 0]);
  });
});

describe('an extension', () => {
  test('takes more credits, or is refused as a hold is', () => {
    give(10_000);
    const id = take(4);
    expect(extend(state, { holdId: id, additionalUnits: 6, ttlMs: null }, 0)).toMatchObject({
      hold: { estimatedCost: 10_000 },
    });
    expect(extend(state, { holdId: id, additionalUnits: 1, ttlMs: null }, 0).status).toBe('INSUFFICIENT');
    expect(balances()).toEqual([10_000, 10_000]);
  });

  test('lets a hold last longer, and never shorter', () => {
    give(10_000);
    const id = take(1, 0, 1_000);
    expect(extend(state, { holdId: id, additionalUnits: 0, ttlMs: 1_000 }, 500)).toMatchObject({
      hold: { expiresAtMs: 1_500 },
    });
    expect(extend(state, { holdId: id, additionalUnits: 0, ttlMs: 1 }, 600)).toMatchObject({
      hold: { expiresAtMs: 1_500 },
    });
    settle(1_200);
    expect(balances()).toEqual([10_000, 1_000]);
  });

  test('comes too late at the very moment of expiry', () => {
    give(10_000);
    const id = take(1, 0, 1_000);
    expect(extend(state, { holdId: id, additionalUnits: 1, ttlMs: 1_000 }, 1_000).status).toBe('EXPIRED');
  });
});

describe('a hold that has lapsed', () => {
  test('can be neither committed nor released, before anything has settled it and after', () => {
    give(10_000);
    const id = take(4, 0, 1_000);
    expect(pay(id, 1, { nowMs: 999 + 1 }).status).toBe('EXPIRED');
    settle(1_000);
    expect([pay(id, 1, { nowMs: 1_000 }).status, release(state, id, 1_000).status]).toEqual(['EXPIRED', 'EXPIRED']);
  });

  test('gives its credits back as of its expiry', () => {
    give(10_000);
    take(4, 0, 1_000);
    settle(5_000);
    expect(lastEntry()).toMatchObject({ type: 'release', delta: 4_000, metricKey: 'image', createdAtMs: 1_000 });
    expect(balances()).toEqual([10_000, 0]);
  });

  test('lives to the last millisecond', () => {
    give(10_000);
    const id = take(4, 0, 1_000);
    settle(999);
    expect(pay(id, 4, { nowMs: 999 }).status).toBe('COMMITTED');
  });

  test('is known for 90 days, whether or not it has been deleted by then', () => {
    give(10_000);
    const id = take(4, 0, 1_000);
    const endMs = 1_000 + 90 * 24 * 60 * 60 * 1_000;
    expect([endMs - 1, endMs].map((nowMs) => pay(id, 1, { nowMs }).status)).toEqual(['EXPIRED', 'NO_HOLD']);
    settle(endMs);
    expect([endMs - 1, endMs].map((nowMs) => pay(id, 1, { nowMs }).status)).toEqual(['EXPIRED', 'NO_HOLD']);
  });

  test('takes as many ids whether or not anybody wants to hear of it', () => {
    const idAfter = (emitReservationExpired: boolean) => {
      records = new LoadedRecords();
      state = new CreditState(records, customer);
      open(null);
      price({ costType: 'per_unit', unitCost: 1_000 });
      updateCreditSettings(records, customer.tenantPartition, { emitReservationExpired });
      give(10_000);
      take(4, 0, 1_000);
      settle(1_000);
      return take(1, 1_000);
    };
    expect(idAfter(true)).toBe(idAfter(false));
  });

  test('is settled with as many others as the limit allows, the rest later', () => {
    give(100_000);
    for (let index = 0; index < 10; index++) take(1, 0, 1_000 + index);
    settle(2_000, 4);
    expect(balances()).toEqual([100_000, 6_000]);
    expect(state.account.dueAtMs).toBe(1_004);
    settle(2_000, 4);
    settle(2_000, 4);
    expect([...balances(), state.account.dueAtMs]).toEqual([100_000, 0, null]);
  });

  test('never gets in behind what is in the ledger already, however late it is settled', () => {
    give(100_000);
    for (let index = 0; index < 10; index++) take(1, 0, 1_000 + index);
    settle(2_000, 4);
    give(1, {}, 2_000);
    settle(3_000);
    const entries = records.all(entryKind).map(({ value }) => value);
    const [released, granted, ...late] = entries.slice(-8);
    expect([released?.createdAtMs, granted?.type]).toEqual([1_003, 'grant']);
    expect(late.map(({ type, createdAtMs }) => [type, createdAtMs])).toEqual(Array(6).fill(['release', 2_000]));
    expect(late.map(({ reservedAfter }) => reservedAfter)).toEqual([5_000, 4_000, 3_000, 2_000, 1_000, 0]);
  });
});

describe('a block that expires', () => {
  test('is gone at that moment, with what is free of it', () => {
    give(10_000, { expiresAtMs: 5_000 });
    settle(4_999);
    expect(balances()).toEqual([10_000, 0]);
    settle(5_000);
    expect(lastEntry()).toMatchObject({ type: 'expiration', delta: -10_000, createdAtMs: 5_000 });
    expect(balances()).toEqual([0, 0]);
  });

  test('keeps what a hold has taken until that ends, and what is committed of it', () => {
    give(10_000, { expiresAtMs: 5_000 });
    const id = take(6, 0, 60_000);
    settle(6_000);
    expect(balances()).toEqual([6_000, 6_000]);
    expect(pay(id, 2, { nowMs: 6_000 })).toMatchObject({ cost: 2_000, released: 4_000 });
    expect(lastEntry()).toMatchObject({ type: 'expiration', delta: -4_000 });
    expect(balances()).toEqual([0, 0]);
  });

  test('under a hold that lapses expires with it', () => {
    give(10_000, { expiresAtMs: 5_000 });
    take(10, 0, 7_000);
    settle(6_000);
    expect(balances()).toEqual([10_000, 10_000]);
    settle(9_000);
    expect(lastEntry()).toMatchObject({ type: 'expiration', delta: -10_000, createdAtMs: 7_000 });
    expect(balances()).toEqual([0, 0]);
  });

  test('expires in its turn when a hold that took all of it lapsed before', () => {
    give(10_000, { expiresAtMs: 5_000 });
    take(10, 0, 1_000);
    settle(9_000);
    const [released, expired] = records
      .all(entryKind)
      .slice(-2)
      .map(({ value }) => value);
    expect(released).toMatchObject({ type: 'release', createdAtMs: 1_000 });
    expect(expired).toMatchObject({ type: 'expiration', createdAtMs: 5_000 });
    expect(balances()).toEqual([0, 0]);
  });

  test.each([
    ['was settled before', [1_000, 9_000]],
    ['is settled only then', [9_000]],
  ])('takes its turn by age among those of the same time, if the hold that took all of it %s', (_, times) => {
    const first = give(1_000, { expiresAtMs: 5_000 });
    const second = give(2_000, { expiresAtMs: 5_000 });
    take(1, 0, 1_000);
    for (const nowMs of times) settle(nowMs);
    const expired = records
      .all(entryKind)
      .slice(-2)
      .map(({ value }) => value.referenceId);
    expect(expired).toEqual([first, second]);
    expect(balances()).toEqual([0, 0]);
  });

  test('is not drawn from any more, even if nothing has settled it', () => {
    give(10_000, { expiresAtMs: 5_000 });
    expect(take(1, 5_000)).toBe('INSUFFICIENT');
  });
});

describe('usage', () => {
  test('is debited at once', () => {
    give(10_000);
    expect(use(4)).toMatchObject({ cost: 4_000, entry: { delta: -4_000 } });
    expect(balances()).toEqual([6_000, 0]);
  });

  test('beyond the credits is refused by default, and leaves holds alone', () => {
    give(10_000);
    take(8);
    expect(use(3).status).toBe('INSUFFICIENT');
    expect(balances()).toEqual([10_000, 8_000]);
  });

  test('may go below zero where the policy says so, as far as its limit', () => {
    state.changeAccount({ overagePolicy: 'allow', overageLimit: 3_000 });
    give(2_000);
    expect(use(6).status).toBe('INSUFFICIENT');
    expect(use(5)).toMatchObject({ cost: 5_000 });
    expect(balances()).toEqual([-3_000, 0]);
    expect(records.all(creditEventKind)).toEqual([]);
  });

  test('has its limit held against what is left without holds, so that their commits can’t break it', () => {
    state.changeAccount({ overagePolicy: 'allow', overageLimit: 3_000 });
    give(10_000);
    take(8);
    expect(use(6).status).toBe('INSUFFICIENT');
    expect(use(5).status).toBe('RECORDED');
    expect(balances()).toEqual([5_000, 8_000]);
  });

  test('beyond the credits is told of where the policy says notify', () => {
    state.changeAccount({ overagePolicy: 'notify' });
    give(2_000);
    use(2);
    expect(records.all(creditEventKind)).toEqual([]);
    use(1);
    expect(records.all(creditEventKind)).toMatchObject([
      { value: { type: 'credits.overage', externalCustomerId: 'acme' } },
    ]);
  });

  test('leaves a debt that the next grant pays first', () => {
    state.changeAccount({ overagePolicy: 'allow' });
    use(5);
    const block = give(7_000);
    expect([...balances(), ...remaining(block), state.account.debt]).toEqual([2_000, 0, 2_000, null]);
  });

  test('leaves a debt that a release pays, too', () => {
    state.changeAccount({ overagePolicy: 'allow' });
    give(10_000);
    const id = take(8);
    use(5);
    expect([...balances(), effectiveBalance(state.account)]).toEqual([5_000, 8_000, -3_000]);
    release(state, id, 0);
    expect([...balances(), state.account.debt]).toEqual([5_000, 0, null]);
  });

  test('beyond the credits never makes a commit take the balance below zero', () => {
    state.changeAccount({ overagePolicy: 'allow' });
    give(10_000);
    const id = take(8);
    use(5);
    expect(pay(id, 8)).toMatchObject({ cost: 5_000, uncollected: 3_000, released: 3_000 });
    expect([...balances(), state.account.debt]).toEqual([0, 0, null]);
  });
});

describe('an entitlement', () => {
  test('says what units would cost, and how many one can afford', () => {
    give(10_000);
    take(4);
    expect(findEntitlement(state, 'image', 6)).toMatchObject({ isAllowed: true, cost: 6_000, affordableUnits: 6 });
    expect(findEntitlement(state, 'image', 7)).toMatchObject({ isAllowed: false, policy: 'block' });
    state.changeAccount({ overagePolicy: 'allow', overageLimit: 1_000 });
    expect(findEntitlement(state, 'image', 7)).toMatchObject({ isAllowed: true, affordableUnits: 6 });
    expect(findEntitlement(state, 'image', 8)).toMatchObject({ isAllowed: false });
  });

  test('of so much that no balance could be left is refused', () => {
    state.changeAccount({ overagePolicy: 'allow' });
    price({ costType: 'per_unit', unitCost: 1 });
    use(1);
    const most = Number.MAX_SAFE_INTEGER;
    expect(findEntitlement(state, 'image', most).status).toBe('OVERFLOW');
    expect(findEntitlement(state, 'image', most - 1).status).toBe('KNOWN');
  });
});

describe('a correction', () => {
  test('up is a block, and no earning', () => {
    adjust(state, { delta: 500, reason: 'sorry' }, 0);
    expect([...balances(), state.account.lifetimeEarned]).toEqual([500, 0, 0]);
  });

  test('down takes what is free, and no more', () => {
    give(10_000);
    take(8);
    expect(adjust(state, { delta: -2_001, reason: 'fraud' }, 0).status).toBe('INSUFFICIENT');
    expect(adjust(state, { delta: -2_000, reason: 'fraud' }, 0).status).toBe('ADJUSTED');
    expect(balances()).toEqual([8_000, 8_000]);
  });
});

describe('a grant', () => {
  test('that takes a balance beyond 2^53 - 1 is refused', () => {
    give(Number.MAX_SAFE_INTEGER);
    expect(() => give(1)).toThrow('OVERFLOW');
  });

  test('must not have expired already', () => {
    expect(() => give(1, { expiresAtMs: 5 }, 5)).toThrow('EXPIRES_TOO_SOON');
  });
});
