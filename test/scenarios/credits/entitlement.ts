/** Guarantees of what tells whether usage would be let through, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults, expectProblem } from './problems.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';

const largest = Number.MAX_SAFE_INTEGER;

export function describeEntitlement(scenario: Scenario, form: PathForm): void {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  const pathOf = (customer: CustomerIds, metric: string, query = '') =>
    `${form(customer)}/entitlements/${metric}${query}`;
  const ask = (customer: CustomerIds, metric: string, units?: number) =>
    credits.get<'getEntitlement'>(pathOf(customer, metric, units === undefined ? '' : `?units=${units}`));

  describe('200', () => {
    test('tells what units would cost and leave, and answers with exactly these members', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      await credits.hold(customer, metric, 10);
      expect(await ask(customer, metric, 25)).toEqual({
        allowed: true,
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        billable_metric_key: metric,
        units: 25,
        balance: 100_000,
        reserved_balance: 10_000,
        effective_balance: 90_000,
        estimated_cost: 25_000,
        balance_after: 75_000,
        overage_policy: 'block',
        affordable_units: 90,
      });
    });

    test('is about one unit unless told', async () => {
      const customer = await credits.open(1_000);
      expect(await ask(customer, await credits.metricAt(1_000))).toMatchObject({ units: 1, estimated_cost: 1_000 });
    });

    test('allows what there is just enough for, and nothing more', async () => {
      const customer = await credits.open(10_999);
      const metric = await credits.metricAt(1_000);
      expect(await ask(customer, metric, 10)).toMatchObject({
        allowed: true,
        affordable_units: 10,
        balance_after: 999,
      });
      expect(await ask(customer, metric, 11)).toMatchObject({
        allowed: false,
        affordable_units: 10,
        balance_after: -1,
      });
    });

    test('says of usage what becomes of it', async () => {
      const metric = await credits.metricAt(1_000);
      for (const change of [
        { overage_policy: 'block' },
        { overage_policy: 'allow' },
        { overage_policy: 'notify', overage_limit: 2_000 },
        { overage_policy: 'allow', overage_limit: 1_999 },
        { overage_policy: 'allow', overage_limit: 0 },
      ]) {
        const customer = await credits.open(1_000);
        await credits.patch(`/v1/customers/${customer.id}`, change);
        const { allowed, overage_policy, affordable_units } = await ask(customer, metric, 3);
        expect({ overage_policy, affordable_units }).toEqual({
          overage_policy: change.overage_policy,
          affordable_units: 1,
        });
        expect((await credits.askUse(customer, metric, 3)).status).toBe(allowed ? 201 : 402);
      }
    });

    test.each([
      ['flat', { cost_type: 'flat', flat_cost: 1_000 }, 1_000, largest],
      ['flat and too dear', { cost_type: 'flat', flat_cost: 10_001 }, 10_001, 0],
      ['for nothing', { cost_type: 'per_unit', unit_cost: 0 }, 0, largest],
      ['by packages', { cost_type: 'package', package_size: 100, package_cost: 4_000 }, 4_000, 200],
      [
        'tiered, graduated',
        {
          cost_type: 'tiered',
          mode: 'graduated',
          tiers: [
            { up_to: 5, unit_cost: 1_000 },
            { up_to: null, unit_cost: 500, flat_cost: 1_000 },
          ],
        },
        7_000,
        13,
      ],
      [
        'tiered by volume',
        {
          cost_type: 'tiered',
          mode: 'volume',
          tiers: [
            { up_to: 6, unit_cost: 2_000 },
            { up_to: null, unit_cost: 900 },
          ],
        },
        6_300,
        11,
      ],
    ])('knows what 7 units cost and how many are affordable: %s', async (_name, prices, cost, affordable) => {
      const customer = await credits.open(10_000);
      const metric = await credits.metric(prices);
      expect(await ask(customer, metric, 7)).toMatchObject({ estimated_cost: cost, affordable_units: affordable });
      if (affordable === 0 || affordable === largest) return;
      expect(await ask(customer, metric, affordable)).toMatchObject({ allowed: true });
      expect(await ask(customer, metric, affordable + 1)).toMatchObject({ allowed: false });
    });

    test('leaves everything as it is', async () => {
      const customer = await credits.open(10_000);
      const before = await credits.everythingOf(customer);
      await ask(customer, await credits.metricAt(1_000), 5);
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test('does not count what has expired', async () => {
      const customer = await credits.open(1_000);
      await credits.grant(customer, 5_000, { expires_at: wireTime(clock, 60) });
      const metric = await credits.metricAt(1_000);
      expect(await ask(customer, metric, 6)).toMatchObject({ allowed: true, affordable_units: 6 });
      await clock.advance({ seconds: 60 });
      expect(await ask(customer, metric, 6)).toMatchObject({ allowed: false, affordable_units: 1, ...balances(1_000) });
    });

    test('affords nothing to a customer in debt', async () => {
      const customer = await credits.open();
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      const metric = await credits.metricAt(1_000);
      await credits.use(customer, metric, 2);
      expect(await ask(customer, metric, 1)).toMatchObject({
        allowed: true,
        affordable_units: 0,
        balance_after: -3_000,
      });
    });

    test('is there for HEAD too, without a body', async () => {
      const customer = await credits.open();
      expect(await send('HEAD', pathOf(customer, await credits.metricAt(1)))).toMatchObject({ status: 200, text: '' });
    });
  });

  describe('400', () => {
    test.each([
      ['units=0', 'minimum'],
      ['units=-1', 'minimum'],
      ['units=1.5', 'type'],
      ['units=9007199254740992', 'maximum'],
      ['units=9007199254740993', 'maximum'],
    ])('refuses %s', async (query, rule) => {
      const customer = await credits.open();
      expectFaults(await send('GET', pathOf(customer, await credits.metricAt(1), `?${query}`)), ['query.units', rule]);
    });

    test('refuses units that cost more than 2^53 - 1', async () => {
      const customer = await credits.open();
      const answer = await send('GET', pathOf(customer, await credits.metricAt(1_000), `?units=${largest}`));
      expectFaults(answer, ['query.units', 'maximum']);
    });

    test('refuses what can not be the key of a metric', async () => {
      expectFaults(await send('GET', pathOf(await credits.open(), 'a%20b')), ['path.billable_metric_key', 'pattern']);
    });

    testMalformedCustomer(scenario, form, { method: 'GET', end: '/entitlements/any' });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: pathOf(anybody, 'any') }));

  describe('404', () => {
    testUnknownCustomer(scenario, form, { method: 'GET', end: '/entitlements/any' });

    test('is the answer for a metric that there is not', async () => {
      const metric = unique('metric');
      const answer = await send('GET', pathOf(await credits.open(), metric));
      expectProblem(answer, 'not-found', `No billable metric has the key ${metric}.`);
    });

    test.each([apiKeys.otherTenant, apiKeys.test])('is the answer for a metric of others: %s', async (apiKey) => {
      const metric = await new CreditClient(scenario, apiKey).metric({ cost_type: 'flat', flat_cost: 1 });
      expectProblem(await send('GET', pathOf(await credits.open(), metric)), 'not-found');
    });
  });

  describe('422', () => {
    test('is the answer for a metric without a rule', async () => {
      const metric = await credits.metric();
      const answer = await send('GET', pathOf(await credits.open(), metric));
      expectProblem(answer, 'no-metering-rule', `The billable metric ${metric} has no active metering rule.`);
    });
  });
}
