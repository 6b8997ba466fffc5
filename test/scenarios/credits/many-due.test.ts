import { afterEach, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import type { WireAnswer } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { expectProblem, tooLittleForHold } from './problems.ts';

const granted = 1_000_000;

/** A customer for whom much was due a moment ago, and what it still has. */
interface Situation {
  readonly customer: CustomerIds;
  readonly metric: string;
  /** A hold that has not lapsed, of 10 units that cost 10 millicredits. */
  readonly lasting: { readonly id: string };
}

describeTargets('much that is due', (scenario) => {
  const { clock, sweep } = scenario;
  const credits = new CreditClient(scenario);

  const holdMany = async (customer: CustomerIds, metric: string, count: number) => {
    for (let made = 0; made < count; made += 200) {
      const ttl = { ttl_seconds: 5 };
      await Promise.all(
        Array.from({ length: Math.min(200, count - made) }, () => credits.hold(customer, metric, 1, ttl)),
      );
    }
  };

  /** So many holds, and the block that they are of, have lapsed, and nobody has looked. */
  const letLapse = async (count: number): Promise<Situation> => {
    const customer = await credits.open(10);
    await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow', overage_limit: 1_000 });
    const metric = await credits.metricAt(1);
    const lasting = await credits.hold(customer, metric, 10);
    await credits.topUp({ customer_id: customer.id, credits: granted, expires_at: wireTime(clock, 10) });
    await holdMany(customer, metric, count);
    await clock.advance({ seconds: 10 });
    return { customer, metric, lasting };
  };

  test.each([98, 99, 100, 101, 250, 1_000])(
    'beside %d holds that have lapsed, usage counts no credits that have',
    async (count) => {
      const { customer, metric } = await letLapse(count);
      expectProblem(await credits.askUse(customer, metric, 900_000), 'insufficient-credits');
      expect(await credits.balances(customer)).toEqual(balances(10, 10));
      expect(await credits.audit(customer)).toMatchObject({
        consistent: true,
        balance: 10,
        transactions: 2 * count + 4,
      });
    },
  );

  const count = 120;
  const version = 3 + 2 * count + 1; // Two grants, a hold that lasts, holds that lapsed, and the block that did.

  const firsts: Readonly<Record<string, (situation: Situation) => Promise<unknown>>> = {
    'a hold': async ({ customer, metric }) => {
      expectProblem(await credits.askHold(customer, metric, 1), 'insufficient-credits', tooLittleForHold);
    },
    'a usage batch': async ({ customer, metric }) => {
      const event = { customer_id: customer.id, billable_metric_key: metric, units: 1_001 };
      const { results } = await credits.post<'recordUsageBatch'>('/v1/usage/batch', { events: [event] });
      expect(results).toMatchObject([{ status: 'refused', error: { code: 'insufficient_credits' } }]);
    },
    'an entitlement': async ({ customer, metric }) => {
      const path = `/v1/customers/${customer.id}/entitlements/${metric}?units=1001`;
      expect(await credits.get<'getEntitlement'>(path)).toMatchObject({
        allowed: false,
        ...balances(10, 10),
        affordable_units: 0,
      });
    },
    'an extension': async ({ lasting }) => {
      expectProblem(
        await credits.askExtend(lasting, { additional_units: 1 }),
        'insufficient-credits',
        tooLittleForHold,
      );
    },
    'a correction': async ({ customer }) => {
      const path = `/v1/customers/${customer.id}/credits/adjust`;
      expectProblem(await credits.ask('POST', path, { delta: -1, reason: 'too much' }), 'insufficient-credits');
    },
    'a look at the balances': async ({ customer }) => {
      expect(await credits.balances(customer)).toEqual(balances(10, 10));
    },
    'a look at the blocks': async ({ customer }) => {
      expect(await credits.blocks(customer)).toEqual([[10, 10]]);
    },
    'a list of active holds': async ({ customer, lasting }) => {
      expect(await credits.holds(customer, 'status=active')).toMatchObject([{ id: lasting.id }]);
    },
    'a list of expired holds': async ({ customer }) => {
      expect(await credits.holds(customer, 'status=expired')).toHaveLength(count);
    },
    'a look at the ledger': async ({ customer }) => {
      const [newest, ...others] = await credits.transactions(customer);
      expect(newest).toMatchObject({
        type: 'expiration',
        delta: -granted,
        created_at: wireTime(clock),
        balance_after: 10,
        reserved_after: 10,
      });
      expect(new Set(others.slice(0, count).map(({ type }) => type))).toEqual(new Set(['release']));
    },
    'an audit': async ({ customer }) => {
      expect(await credits.audit(customer)).toMatchObject({
        consistent: true,
        balance: 10,
        reserved_balance: 10,
        transactions: version,
      });
    },
  };

  test.each(Object.entries(firsts))(
    '%s that comes first sees the account as if all of it had been settled',
    async (_, first) => {
      const situation = await letLapse(count);
      await first(situation);
      expect(await credits.account(situation.customer)).toMatchObject({ ...balances(10, 10), version });
    },
  );

  test('a commit that comes first takes nothing beyond its hold from what has lapsed', async () => {
    const { lasting } = await letLapse(count);
    expect(await credits.commit(lasting, 25)).toMatchObject({ actual_cost: 10, uncollected: 15, account: balances(0) });
  });

  test('a release that comes first gives back its own credits alone', async () => {
    const { lasting } = await letLapse(count);
    expect(await credits.release(lasting)).toMatchObject({ released: 10, account: balances(10) });
  });

  test('a grant that comes first pays a debt that what has lapsed can’t', async () => {
    const { customer, metric } = await letLapse(0);
    await credits.use(customer, metric, 500);
    await credits.topUp({ customer_id: customer.id, credits: 700, expires_at: wireTime(clock, 10) });
    await holdMany(customer, metric, 200);
    await clock.advance({ seconds: 10 });
    expect(await credits.grant(customer, 5)).toMatchObject({ account: { balance: 15, reserved_balance: 10 } });
  });

  test('ids and order of what a look shows are those that are kept', async () => {
    const { customer } = await letLapse(count);
    const shown = await credits.transactions(customer);
    await sweep();
    await credits.grant(customer, 1);
    expect((await credits.transactions(customer)).slice(1)).toEqual(shown.slice(0, -1));
  });

  test('blocks that have lapsed in large numbers are gone from all sums at once', async () => {
    const customer = await credits.open(1);
    const grants = Array.from({ length: 120 }, () => credits.grant(customer, 2, { expires_at: wireTime(clock, 10) }));
    await Promise.all(grants);
    await clock.advance({ seconds: 10 });
    expectProblem(
      await credits.askHold(customer, await credits.metricAt(1), 2),
      'insufficient-credits',
      tooLittleForHold,
    );
    expect(await credits.blocks(customer)).toEqual([[1, 0]]);
  });

  test('200 callers that come at once get what there is, and no more', async () => {
    const customer = await credits.open(1_000);
    const metric = await credits.metricAt(1);
    await holdMany(customer, metric, 1_000);
    await clock.advance({ seconds: 5 });
    const answers: readonly WireAnswer[] = await Promise.all(
      Array.from({ length: 200 }, () => credits.askHold(customer, metric, 10)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array<number>(100).fill(201),
      ...Array<number>(100).fill(402),
    ]);
    expect(await credits.audit(customer)).toMatchObject({ consistent: true, balance: 1_000, reserved_balance: 1_000 });
  });

  test('a batch about many customers settles all of them first', async () => {
    const metric = await credits.metricAt(1);
    const customers = await Promise.all(Array.from({ length: 12 }, () => credits.open(20)));
    for (const customer of customers) await holdMany(customer, metric, 20);
    await clock.advance({ seconds: 5 });
    const events = customers.flatMap(({ id }) =>
      [15, 6, 5].map((units) => ({ customer_id: id, billable_metric_key: metric, units })),
    );
    const { results } = await credits.post<'recordUsageBatch'>('/v1/usage/batch', { events });
    expect(results.map(({ status }) => status)).toEqual(customers.flatMap(() => ['recorded', 'refused', 'recorded']));
  });

  afterEach(() => credits.patch('/v1/credit-settings', { emit_reservation_expired: false }));

  test('what has lapsed is among the events before anybody has swept, of all customers', async () => {
    await credits.patch('/v1/credit-settings', { emit_reservation_expired: true });
    const metric = await credits.metricAt(1);
    const customers = await Promise.all([credits.open(130), credits.open(130), credits.open(130)]);
    for (const customer of customers) await holdMany(customer, metric, 60);
    await clock.advance({ seconds: 5 });
    const list = async () =>
      (await credits.get<'listCreditEvents'>('/v1/events?type=reservation.expired&limit=200')).data;
    const shown = await list();
    expect(customers.map(({ id }) => shown.filter((event) => event.customer_id === id).length)).toEqual([60, 60, 60]);
    await sweep();
    expect(await list()).toEqual(shown);
  });

  test('what lapsed before the setting changed is announced, or not, as it was set then', async () => {
    const [customer, metric] = [await credits.open(130), await credits.metricAt(1)];
    const list = async () => {
      const { data } = await credits.get<'listCreditEvents'>('/v1/events?type=reservation.expired&limit=200');
      return data.filter((event) => event.customer_id === customer.id);
    };
    for (const isOn of [true, false]) {
      await credits.patch('/v1/credit-settings', { emit_reservation_expired: isOn });
      await credits.hold(customer, metric, 1, { ttl_seconds: 5 });
      await clock.advance({ seconds: 5 });
    }
    await credits.patch('/v1/credit-settings', { emit_reservation_expired: true });
    expect(await list()).toHaveLength(1);
  });
});
