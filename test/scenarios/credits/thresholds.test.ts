import { afterEach, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { liveKeyLabel } from '../../targets/target.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';

describeTargets('thresholds', (scenario) => {
  const { clock, sweep } = scenario;
  const credits = new CreditClient(scenario);

  const setTenant = (amounts: readonly number[]) =>
    credits.patch('/v1/credit-settings', { balance_thresholds: amounts });
  const set = (customer: CustomerIds, amounts: readonly number[] | null) =>
    credits.ask('PUT', `/v1/customers/${customer.id}/credits/thresholds`, { amounts });
  const open = async (balance: number, amounts: readonly number[]) => {
    const customer = await credits.open(balance);
    await set(customer, amounts);
    return customer;
  };
  const listOf = async ({ id }: CustomerIds) => {
    const { data } = await credits.get<'listCreditEvents'>('/v1/events?type=credits.balance_low&limit=200');
    const events = data.filter((event) => event.customer_id === id).toReversed();
    return events.flatMap((event) => (event.type === 'credits.balance_low' ? event : []));
  };
  /** Each threshold that was told of, with what was left. */
  const lowsOf = async (customer: CustomerIds) =>
    (await listOf(customer)).map(({ data }) => [data.threshold, data.effective_balance]);

  afterEach(() => setTenant([]));

  test('are told of with the entry that the balance falls below them with, and with exactly these members', async () => {
    const customer = await open(10_000, [6_000]);
    const metric = await credits.metricAt(1_000);
    await credits.use(customer, metric, 4);
    expect(await listOf(customer)).toEqual([]);
    const { transaction } = await credits.use(customer, metric, 1);
    await credits.use(customer, metric, 1);
    expect(await listOf(customer)).toEqual([
      {
        id: expect.any(String),
        number: expect.any(Number),
        type: 'credits.balance_low',
        created_at: wireTime(clock),
        api_key_label: liveKeyLabel,
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        data: { threshold: 6_000, effective_balance: 5_000, transaction_id: transaction.id },
      },
    ]);
  });

  test('are each told of once a fall, the highest first, whatever the balance falls by', async () => {
    const customer = await open(10_000, [0, 1_000, 5_000, 9_000]);
    await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
    const metric = await credits.metricAt(1_000);
    const event = { external_customer_id: customer.externalId, billable_metric_key: metric };
    await credits.post('/v1/usage/batch', { events: [6, 1, 4].map((units) => ({ ...event, units })) });
    const fall = [
      [9_000, 4_000],
      [5_000, 4_000],
      [1_000, -1_000],
      [0, -1_000],
    ];
    expect(await lowsOf(customer)).toEqual(fall);
    await credits.grant(customer, 6_000);
    await credits.adjust(customer, -1);
    expect(await lowsOf(customer)).toEqual([...fall, [5_000, 4_999]]);
  });

  test('are of what holds leave: they count when it is held, and not again when it is used', async () => {
    const customer = await open(10_000, [7_000, 5_000]);
    const metric = await credits.metricAt(1_000);
    const held = await credits.hold(customer, metric, 4);
    expect(await lowsOf(customer)).toEqual([[7_000, 6_000]]);
    await credits.commit(held, 2, { final: false });
    await credits.extend(held, { additional_units: 1 });
    await credits.commit(held, 3);
    expect(await lowsOf(customer)).toEqual([[7_000, 6_000]]);
    await credits.release(await credits.hold(customer, metric, 1));
    expect(await lowsOf(customer)).toEqual([
      [7_000, 6_000],
      [5_000, 4_000],
    ]);
  });

  test.each(['sweep', 'request'])(
    'count for credits that expire, as of then and by nobody: found by a %s',
    async (by) => {
      const customer = await open(3_000, [4_000]);
      await credits.grant(customer, 5_000, { expires_at: wireTime(clock, 60) });
      const expiry = wireTime(clock, 60);
      await clock.advance({ seconds: 3_600 });
      await (by === 'sweep' ? sweep() : credits.grant(customer, 9_000));
      expect(await listOf(customer)).toMatchObject([
        { created_at: expiry, api_key_label: null, data: { threshold: 4_000, effective_balance: 3_000 } },
      ]);
    },
  );

  test('of the settings are for customers who have none of their own', async () => {
    await setTenant([5_000]);
    const [plain, own, none] = [await credits.open(10_000), await open(10_000, [3_000]), await open(10_000, [])];
    const metric = await credits.metricAt(1_000);
    for (const customer of [plain, own, none]) await credits.use(customer, metric, 6);
    expect(await Promise.all([plain, own, none].map(lowsOf))).toEqual([[[5_000, 4_000]], [], []]);
    await set(own, null);
    await setTenant([2_000]);
    for (const customer of [plain, own, none]) await credits.use(customer, metric, 3);
    expect(await Promise.all([plain, own, none].map(lowsOf))).toEqual([
      [
        [5_000, 4_000],
        [2_000, 1_000],
      ],
      [[2_000, 1_000]],
      [],
    ]);
  });

  test('that are set while the balance is below them wait until it falls below them anew', async () => {
    const customer = await open(1_000, [5_000]);
    const metric = await credits.metricAt(1_000);
    await credits.use(customer, metric, 1);
    expect(await lowsOf(customer)).toEqual([]);
    await credits.grant(customer, 5_000);
    await credits.use(customer, metric, 1);
    expect(await lowsOf(customer)).toEqual([[5_000, 4_000]]);
  });

  test('of the settings that come too late for what has expired change nothing about it', async () => {
    const customer = await credits.open(3_000);
    await setTenant([4_000]);
    await credits.grant(customer, 5_000, { expires_at: wireTime(clock, 60) });
    await clock.advance({ seconds: 60 });
    await setTenant([5_000]);
    expect(await lowsOf(customer)).toEqual([[4_000, 3_000]]);
  });
});
