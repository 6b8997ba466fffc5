import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { balances, CreditClient } from './credit-client.ts';

describeTargets('tenants and environments', (scenario) => {
  const { send, unique } = scenario;
  const credits = new CreditClient(scenario);
  const strangers = { 'another tenant': apiKeys.otherTenant, 'the test environment': apiKeys.test } as const;
  const each = Object.keys(strangers) as (keyof typeof strangers)[];

  /** Without what tells one id from another. */
  const withoutIds = (text: string, ...ids: readonly string[]) =>
    ids.reduce((rest, id) => rest.replaceAll(id, 'ID'), text);

  test.each(each)(
    'a stranger is told of a customer exactly what it is told of one that there is not: %s',
    async (stranger) => {
      const others = new CreditClient(scenario, strangers[stranger]);
      const customer = await others.open(10_000);
      const metric = await others.metric({ cost_type: 'flat', flat_cost: 1 });
      const held = await others.hold(customer, metric, 1);
      const nothing = {
        id: '00000000-0000-8000-9000-000000000000',
        externalId: unique('nobody'),
        metric: unique('metric'),
        hold: '00000000-0000-8000-9000-000000000001',
      };
      const something = { ...customer, metric, hold: held.id };
      const before = await others.everythingOf(customer);
      const requestsOn = ({ id, externalId, metric: key, hold }: typeof something) =>
        [
          ['GET', `/v1/reserve/${hold}`],
          ['POST', `/v1/reserve/${hold}/commit`, { actual_units: 1 }],
          ['POST', `/v1/reserve/${hold}/release`],
          ['POST', `/v1/reserve/${hold}/extend`, { ttl_seconds: 60 }],
          ['POST', '/v1/reserve', { customer_id: id, billable_metric_key: key, estimated_units: 1 }],
          ['POST', '/v1/reserve', { external_customer_id: externalId, billable_metric_key: key, estimated_units: 1 }],
          ['POST', '/v1/usage', { customer_id: id, billable_metric_key: key, units: 1 }],
          ['POST', '/v1/usage/batch', { events: [{ customer_id: id, billable_metric_key: key, units: 1 }] }],
          ['POST', '/v1/topup/grant', { customer_id: id, credits: 1 }],
          ['POST', '/v1/metering-rules', { billable_metric_key: key, cost_type: 'flat', flat_cost: 0 }],
          ['GET', `/v1/billable-metrics/${key}`],
          ['GET', `/v1/metering-rules?billable_metric_key=${key}`],
          ...[`/v1/customers/${id}`, `/v1/customer-by-external-id/${externalId}`].flatMap((path) => [
            ['GET', path],
            ['PATCH', path, { display_name: 'Eve' }],
            ['GET', `${path}/reservations`],
            ['GET', `${path}/credits`],
            ['POST', `${path}/credits/grant`, { credits: 1, source: 'promotion' }],
            ['POST', `${path}/credits/adjust`, { delta: -1, reason: 'correction' }],
            ['GET', `${path}/credits/audit`],
            ['GET', `${path}/transactions`],
            ['GET', `${path}/entitlements/${key}`],
          ]),
        ] as readonly (readonly [method: string, path: string, body?: object])[];
      const [asked, expected] = [requestsOn(something), requestsOn(nothing)];
      for (const [index, [method, path, body]] of asked.entries()) {
        const answer = await send(method, path, { body });
        const [, pathOfNothing, bodyOfNothing] = expected[index]!;
        const told = await send(method, pathOfNothing, { body: bodyOfNothing });
        expect([method, path, answer.status]).toEqual([method, path, told.status]);
        expect(withoutIds(answer.text, ...Object.values(something))).toBe(
          withoutIds(told.text, ...Object.values(nothing)),
        );
      }
      expect(await others.everythingOf(customer)).toEqual(before);
    },
  );

  test.each(each)(
    'a stranger has customers, metrics and prices of its own under the same names: %s',
    async (stranger) => {
      const others = new CreditClient(scenario, strangers[stranger]);
      const { externalId } = await credits.open(10_000);
      const metric = await credits.metric({ cost_type: 'per_unit', unit_cost: 1_000 });
      const { customer_id: id } = await others.topUp({ external_customer_id: externalId, credits: 50 });
      await others.post('/v1/billable-metrics', { key: metric });
      await others.price(metric, { cost_type: 'flat', flat_cost: 7 });
      const held = await others.hold({ id, externalId }, metric, 10);
      expect(held).toMatchObject({ estimated_cost: 7, account: balances(50, 7) });
      expect([held.tenant_id, held.environment]).toEqual(
        stranger === 'another tenant' ? ['other', 'live'] : ['default', 'test'],
      );
      expect(await credits.get(`/v1/customer-by-external-id/${externalId}/credits`)).toMatchObject(balances(10_000));
    },
  );

  test.each(each)('a stranger sees none of the lists: %s', async (stranger) => {
    const others = new CreditClient(scenario, strangers[stranger]);
    const customer = await credits.open();
    await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'notify' });
    const metric = await credits.metricAt(1_000);
    await credits.use(customer, metric, 1);
    for (const list of ['customers', 'billable-metrics', 'metering-rules', 'events']) {
      const mine = await credits.ask('GET', `/v1/${list}?limit=200`);
      const theirs = await others.ask('GET', `/v1/${list}?limit=200`);
      expect((mine.json as { data: readonly unknown[] }).data.length).toBeGreaterThan(0);
      for (const word of [customer.id, customer.externalId, metric]) expect(theirs.text).not.toContain(word);
    }
  });

  test.each(each)('a stranger’s settings count for the stranger alone: %s', async (stranger) => {
    await new CreditClient(scenario, strangers[stranger]).patch('/v1/credit-settings', { overage_policy: 'allow' });
    const customer = await credits.open();
    expect((await credits.askUse(customer, await credits.metricAt(1_000), 1)).status).toBe(402);
  });

  test('the API key alone says who asks, whatever else the request says', async () => {
    const customer = await credits.open(10_000);
    const answer = await send('GET', `/v1/customers/${customer.id}/credits`, {
      headers: { 'X-Tenant': 'other', 'X-Environment': 'test' },
    });
    expect(answer).toMatchObject({ status: 200, json: balances(10_000) });
  });
});
