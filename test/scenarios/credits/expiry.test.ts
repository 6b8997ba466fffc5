import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import { expectProblem } from './problems.ts';

describeTargets('expiry', (scenario) => {
  const { clock, sweep } = scenario;
  const credits = new CreditClient(scenario);

  test('a hold whose time is up is expired everywhere at once, before the sweep as well as after it', async () => {
    const customer = await credits.open(10_000);
    const metric = await credits.metricAt(1_000);
    const held = await credits.hold(customer, metric, 8, { ttl_seconds: 60 });
    await clock.advance({ milliseconds: 59_999 });
    expectProblem(await credits.askHold(customer, metric, 3), 'insufficient-credits');
    await clock.advance({ milliseconds: 1 });

    const expectExpired = async () => {
      expect(await credits.getHold(held)).toMatchObject({ status: 'expired', account: balances(10_000) });
      expect(await credits.holds(customer)).toMatchObject([{ id: held.id, status: 'expired' }]);
      expect(await credits.holds(customer, 'status=expired')).toMatchObject([{ id: held.id }]);
      expect(await credits.holds(customer, 'status=active')).toEqual([]);
      expect(await credits.account(customer)).toMatchObject({ ...balances(10_000), version: 3 });
      expect(await credits.blocks(customer)).toEqual([[10_000, 0]]);
      expect(await credits.entitlement(customer, metric, 10)).toMatchObject({ allowed: true, affordable_units: 10 });
      expect(await credits.transactions(customer, 'type=release')).toMatchObject([{ created_at: held.expires_at }]);
      expectProblem(await credits.askCommit(held, 1), 'reservation-expired', 'The reservation has expired.');
      expectProblem(await credits.askRelease(held), 'reservation-expired', 'The reservation has expired.');
      expectProblem(
        await credits.askExtend(held, { ttl_seconds: 60 }),
        'reservation-expired',
        'The reservation has expired.',
      );
    };
    await expectExpired();
    await sweep();
    await expectExpired();
  });

  test('the sweep gives all credits back, by itself', async () => {
    const customer = await credits.open(10_000);
    await credits.hold(customer, await credits.metricAt(1_000), 8, { ttl_seconds: 60 });
    await clock.advance({ seconds: 60 });
    await sweep();
    expect(await credits.audit(customer)).toMatchObject({
      consistent: true,
      balance: 10_000,
      reserved_balance: 0,
      sums: { holds_held: 0 },
    });
  });

  test('the credits can be held again the moment that they are back, without waiting for the sweep', async () => {
    const customer = await credits.open(10_000);
    const metric = await credits.metricAt(1_000);
    await credits.hold(customer, metric, 8, { ttl_seconds: 60 });
    await clock.advance({ seconds: 60 });
    expect(await credits.hold(customer, metric, 10)).toMatchObject({ account: balances(10_000, 10_000) });
    await sweep();
    expect(await credits.balances(customer)).toEqual(balances(10_000, 10_000));
  });

  test('the ledger is the same whether a command came first or the sweep', async () => {
    const metric = await credits.metricAt(1_000);
    const ledgers = [];
    for (const isSweptFirst of [true, false]) {
      const customer = await credits.open(10_000);
      for (const ttl of [60, 20, 40]) await credits.hold(customer, metric, 1, { ttl_seconds: ttl });
      await credits.grant(customer, 500, { expires_at: wireTime(clock, 30) });
      const startMs = clock.now();
      await clock.advance({ seconds: 100 });
      if (isSweptFirst) await sweep();
      await credits.grant(customer, 1);
      await sweep();
      const entries = await credits.transactions(customer);
      ledgers.push(entries.map(({ type, delta, created_at: at }) => [type, delta, Date.parse(at) - startMs]));
    }
    expect(ledgers[0]).toEqual(ledgers[1]);
    expect(ledgers[0]?.slice(0, 5)).toEqual([
      ['grant', 1, 100_000],
      ['release', 1_000, 60_000],
      ['release', 1_000, 40_000],
      ['expiration', -500, 30_000],
      ['release', 1_000, 20_000],
    ]);
  });

  test('600 holds of one customer that are due in the same second are all worked off', async () => {
    const customer = await credits.open(10_000_000);
    const metric = await credits.metricAt(1_000);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 200 }, () => credits.hold(customer, metric, 1, { ttl_seconds: 60 })));
    }
    await clock.advance({ seconds: 60 });
    expectProblem(await credits.askHold(customer, metric, 10_001), 'insufficient-credits');
    await sweep();
    expect(await credits.audit(customer)).toMatchObject({
      consistent: true,
      balance: 10_000_000,
      reserved_balance: 0,
      transactions: 1_201,
    });
    expect(await credits.hold(customer, metric, 10_000)).toMatchObject({ account: balances(10_000_000, 10_000_000) });
  });

  test('a live request in the middle of many that are due is answered, and right', async () => {
    const customer = await credits.open(10_000_000);
    const metric = await credits.metricAt(1_000);
    const lasting = await credits.hold(customer, metric, 1, { ttl_seconds: 3_600 });
    await Promise.all(Array.from({ length: 400 }, () => credits.hold(customer, metric, 1, { ttl_seconds: 60 })));
    await clock.advance({ seconds: 60 });
    const [committed] = await Promise.all([credits.commit(lasting, 1), sweep()]);
    expect(committed).toMatchObject({ actual_cost: 1_000 });
    expect(await credits.audit(customer)).toMatchObject({ consistent: true, balance: 9_999_000, reserved_balance: 0 });
  });

  test('holds that ended can still be read and listed a month later', async () => {
    const customer = await credits.open(10_000);
    const metric = await credits.metricAt(1_000);
    const [one, other] = [await credits.hold(customer, metric, 1), await credits.hold(customer, metric, 1)];
    await credits.commit(one, 1);
    await clock.advance({ seconds: 30 * 24 * 60 * 60 });
    await sweep();
    expect(await credits.getHold(one)).toMatchObject({ status: 'committed' });
    expect(await credits.getHold(other)).toMatchObject({ status: 'expired' });
    expect(await credits.holds(customer)).toHaveLength(2);
  });
});
