import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';

describeTargets('burn-down', (scenario) => {
  const { clock, sweep } = scenario;
  const credits = new CreditClient(scenario);

  /** What is left of blocks, by the amounts that they were granted with. */
  const leftOf = async (customer: CustomerIds) => {
    const { blocks = [] } = await credits.account(customer);
    return Object.fromEntries(blocks.map((block) => [block.original_amount, block.remaining_amount]));
  };

  test('goes by priority, then by the sooner expiry, then free before paid, then by age', async () => {
    const customer = await credits.open();
    const soon = wireTime(clock, 3_600);
    const late = wireTime(clock, 7_200);
    const topUp = (amount: number, more: object) =>
      credits.topUp({ customer_id: customer.id, credits: amount, ...more });
    // In the order in which they are to be used up; granted in another one.
    const inOrder = [
      [1_001, { priority: -1 }],
      [1_002, { priority: 0, expires_at: soon }],
      [1_003, { priority: 0, expires_at: soon, price_paid: 5 }],
      [1_004, { priority: 0, expires_at: late }],
      [1_005, { priority: 0 }],
      [1_006, { priority: 0, price_paid: 0 }],
      [1_007, { priority: 0, price_paid: 1 }],
      [1_008, { priority: 0, price_paid: 900 }],
      [1_009, { priority: 1, expires_at: soon }],
      [1_010, { priority: 1_000_000 }],
    ] as const;
    for (const index of [4, 9, 2, 6, 0, 5, 8, 7, 3, 1]) {
      const [amount, more] = inOrder[index]!;
      await topUp(amount, more);
    }
    const { blocks = [] } = await credits.account(customer);
    expect(blocks.map((block) => block.original_amount)).toEqual(inOrder.map(([amount]) => amount));

    const metric = await credits.metricAt(1);
    for (const [index, [amount]] of inOrder.entries()) {
      await credits.use(customer, metric, amount);
      const rest = inOrder.slice(index + 1).map(([later]) => [later, later]);
      expect(await leftOf(customer)).toEqual(Object.fromEntries(rest));
    }
  });

  test.each(['usage', 'a hold', 'an excess over a hold', 'a correction'])(
    'is the same for all that takes credits: %s',
    async (what) => {
      const customer = await credits.open();
      await credits.grant(customer, 2_000, { priority: 2 });
      await credits.grant(customer, 1_000, { priority: 1 });
      const metric = await credits.metricAt(1);
      if (what === 'usage') await credits.use(customer, metric, 1_500);
      if (what === 'a hold') await credits.commit(await credits.hold(customer, metric, 1_500), 1_500);
      if (what === 'an excess over a hold') await credits.commit(await credits.hold(customer, metric, 1), 1_500);
      if (what === 'a correction') await credits.adjust(customer, -1_500);
      expect(await leftOf(customer)).toEqual({ 2_000: 1_500 });
    },
  );

  test('never touches a slice that a hold has taken, even of the first block', async () => {
    const customer = await credits.open();
    await credits.grant(customer, 1_000, { priority: 1 });
    await credits.grant(customer, 2_000, { priority: 2 });
    const metric = await credits.metricAt(1);
    const held = await credits.hold(customer, metric, 1_000);
    await credits.use(customer, metric, 500);
    expect(await credits.blocks(customer)).toEqual([
      [1_000, 1_000],
      [1_500, 0],
    ]);
    await credits.release(held);
    await credits.use(customer, metric, 1_000);
    expect(await credits.blocks(customer)).toEqual([[1_500, 0]]);
  });

  test('spends of a hold the slices that come first, and gives back the others', async () => {
    const customer = await credits.open();
    await credits.grant(customer, 1_000, { priority: 1 });
    await credits.grant(customer, 2_000, { priority: 2 });
    const held = await credits.hold(customer, await credits.metricAt(1), 2_500);
    expect(await credits.blocks(customer)).toEqual([
      [1_000, 1_000],
      [2_000, 1_500],
    ]);
    await credits.commit(held, 1_200);
    expect(await credits.blocks(customer)).toEqual([[1_800, 0]]);
  });

  test('a block that expires under a hold keeps what is held of it until the hold ends, and no more', async () => {
    const customer = await credits.open();
    await credits.grant(customer, 1_000, { expires_at: wireTime(clock, 60) });
    await credits.grant(customer, 5_000);
    const metric = await credits.metricAt(1);
    const held = await credits.hold(customer, metric, 600, { ttl_seconds: 3_600 });
    await clock.advance({ seconds: 60 });
    expect(await credits.balances(customer)).toEqual(balances(5_600, 600));
    await sweep();
    expect(await credits.blocks(customer)).toEqual([
      [600, 600],
      [5_000, 0],
    ]);
    expect(await credits.commit(held, 600)).toMatchObject({ actual_cost: 600, account: balances(5_000) });
    expect(await credits.audit(customer)).toMatchObject({ consistent: true });
  });

  test.each(['commit', 'release', 'expiry'])(
    'what comes back to a block that has expired meanwhile is gone: by %s',
    async (how) => {
      const customer = await credits.open();
      await credits.grant(customer, 1_000, { expires_at: wireTime(clock, 60) });
      const held = await credits.hold(customer, await credits.metricAt(1), 1_000, { ttl_seconds: 120 });
      await clock.advance({ seconds: 60 });
      expect(await credits.balances(customer)).toEqual(balances(1_000, 1_000));
      if (how === 'commit')
        expect(await credits.commit(held, 300)).toMatchObject({ released: 700, account: balances(0) });
      if (how === 'release')
        expect(await credits.release(held)).toMatchObject({ released: 1_000, account: balances(0) });
      if (how === 'expiry') await clock.advance({ seconds: 60 });
      const [last, before] = await credits.transactions(customer);
      expect(await credits.balances(customer)).toEqual(balances(0));
      expect(last).toMatchObject({ type: 'expiration', delta: how === 'commit' ? -700 : -1_000 });
      expect(before).toMatchObject({ type: how === 'commit' ? 'consumption' : 'release' });
      expect(await credits.audit(customer)).toMatchObject({ consistent: true });
    },
  );

  test('an excess over a hold is never drawn from a block that has expired', async () => {
    const customer = await credits.open();
    await credits.grant(customer, 1_000, { expires_at: wireTime(clock, 60) });
    const held = await credits.hold(customer, await credits.metricAt(1), 400, { ttl_seconds: 3_600 });
    await clock.advance({ seconds: 60 });
    expect(await credits.commit(held, 1_000)).toMatchObject({
      actual_cost: 400,
      uncollected: 600,
      account: balances(0),
    });
  });

  test('a hold is never granted from what has expired, before the sweep as well as after it', async () => {
    const customer = await credits.open();
    await credits.grant(customer, 1_000, { expires_at: wireTime(clock, 60) });
    const metric = await credits.metricAt(1);
    await clock.advance({ seconds: 60 });
    expect((await credits.askHold(customer, metric, 1)).status).toBe(402);
    await sweep();
    expect((await credits.askHold(customer, metric, 1)).status).toBe(402);
  });

  test('nothing is taken from what has expired, also when more has than one command works off', async () => {
    const customer = await credits.open(100);
    const expiring = { expires_at: wireTime(clock, 60) };
    await Promise.all(Array.from({ length: 150 }, () => credits.grant(customer, 10, expiring)));
    const metric = await credits.metricAt(1);
    await clock.advance({ seconds: 60 });
    expect((await credits.askHold(customer, metric, 101)).status).toBe(402);
    expect((await credits.askUse(customer, metric, 101)).status).toBe(402);
    const held = await credits.hold(customer, metric, 100);
    expect(await credits.commit(held, 150)).toMatchObject({ actual_cost: 100, uncollected: 50 });
    await sweep();
    expect(await credits.audit(customer)).toMatchObject({ consistent: true, balance: 0, reserved_balance: 0 });
  });

  test('a customer of 300 blocks can spend them all at once', async () => {
    const customer = await credits.open();
    await Promise.all(Array.from({ length: 300 }, (_, index) => credits.grant(customer, 10, { priority: index % 7 })));
    const metric = await credits.metricAt(1);
    const held = await credits.hold(customer, metric, 2_995);
    expect(await credits.commit(held, 3_000)).toMatchObject({ actual_cost: 3_000, account: balances(0) });
    const [entry] = await credits.transactions(customer);
    expect(entry?.blocks).toHaveLength(300);
    expect(await credits.audit(customer)).toMatchObject({ consistent: true });
  });
});
