import { afterEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import { testPaging } from './paging.ts';
import { expectFaults } from './problems.ts';
import { uuid } from './uuid.ts';

const path = '/v1/events';

describeTargets('listCreditEvents', (scenario) => {
  const { clock, sweep, send } = scenario;
  const credits = new CreditClient(scenario);

  const list = async (query = '') => (await credits.get<'listCreditEvents'>(`${path}?limit=200&${query}`)).data;
  const listOf = async ({ id }: { readonly id: string }) => (await list()).filter((event) => event.customer_id === id);
  const openNotified = async (balance: number) => {
    const customer = await credits.open(balance);
    await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'notify' });
    return customer;
  };
  const emitExpiry = (emits: boolean) => credits.patch('/v1/credit-settings', { emit_reservation_expired: emits });

  afterEach(() => emitExpiry(false));

  describe('200', () => {
    test('tells of usage beyond the credits, with exactly these members', async () => {
      const customer = await openNotified(2_000);
      const metric = await credits.metricAt(1_000);
      const { transaction } = await credits.use(customer, metric, 5);
      expect(await listOf(customer)).toEqual([
        {
          id: uuid,
          type: 'credits.overage',
          customer_id: customer.id,
          external_customer_id: customer.externalId,
          data: { transaction_id: transaction.id, billable_metric_key: metric, units: 5, cost: 5_000, overage: 3_000 },
          created_at: wireTime(clock),
        },
      ]);
    });

    test('tells of each usage beyond the credits, and of none within them', async () => {
      const customer = await openNotified(2_000);
      const metric = await credits.metricAt(1_000);
      await credits.use(customer, metric, 2);
      expect(await listOf(customer)).toEqual([]);
      await credits.use(customer, metric, 1);
      await credits.use(customer, metric, 4);
      expect((await listOf(customer)).map((event) => event.type === 'credits.overage' && event.data.overage)).toEqual([
        4_000, 1_000,
      ]);
    });

    test('does not tell the same twice: neither of a duplicate nor of a replay', async () => {
      const customer = await openNotified(0);
      const metric = await credits.metricAt(1_000);
      for (let round = 0; round < 3; round += 1) await credits.use(customer, metric, 1, { event_id: 'render-18' });
      expect(await listOf(customer)).toHaveLength(1);
    });

    test('does not tell of overage under allow, nor of what is refused', async () => {
      const customer = await credits.open();
      const metric = await credits.metricAt(1_000);
      await credits.askUse(customer, metric, 1);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      await credits.use(customer, metric, 1);
      expect(await listOf(customer)).toEqual([]);
    });

    test('does not tell of holds that expired unless it is asked to', async () => {
      const customer = await credits.open(10_000);
      await credits.hold(customer, await credits.metricAt(1_000), 1, { ttl_seconds: 60 });
      await clock.advance({ seconds: 60 });
      await sweep();
      expect(await listOf(customer)).toEqual([]);
    });

    test('tells of each hold that expired, once, with the time at which it did', async () => {
      await emitExpiry(true);
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      const held = await credits.hold(customer, metric, 3, { ttl_seconds: 60 });
      await credits.release(await credits.hold(customer, metric, 1, { ttl_seconds: 60 }));
      await credits.commit(await credits.hold(customer, metric, 1, { ttl_seconds: 60 }), 1);
      await clock.advance({ seconds: 300 });
      for (let round = 0; round < 2; round += 1) await sweep();
      await credits.grant(customer, 1);
      expect(await listOf(customer)).toEqual([
        {
          id: uuid,
          type: 'reservation.expired',
          customer_id: customer.id,
          external_customer_id: customer.externalId,
          data: { reservation_id: held.id, released: 3_000 },
          created_at: held.expires_at,
        },
      ]);
    });

    test('filters by type', async () => {
      await emitExpiry(true);
      const customer = await openNotified(1_000);
      const metric = await credits.metricAt(1_000);
      await credits.hold(customer, metric, 1, { ttl_seconds: 60 });
      await clock.advance({ seconds: 60 });
      await sweep();
      await credits.use(customer, metric, 2);
      for (const type of ['credits.overage', 'reservation.expired']) {
        const events = await list(`type=${type}`);
        expect(new Set(events.map((event) => event.type))).toEqual(new Set([type]));
        expect(events.filter((event) => event.customer_id === customer.id)).toHaveLength(1);
      }
    });

    test('tells nobody of what happens to others', async () => {
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      const customer = await openNotified(0);
      await credits.use(customer, await credits.metricAt(1_000), 1);
      expect(await others.get<'listCreditEvents'>(path)).toEqual({
        data: [],
        pagination: { has_more: false, next_cursor: null },
      });
    });

    testPaging(scenario, async (client) => {
      const customer = await openNotified(0);
      const metric = await client.metricAt(1);
      const add = async (count: number) => {
        const before = new Set((await list('type=credits.overage')).map(({ id }) => id));
        await Promise.all(Array.from({ length: count }, () => client.use(customer, metric, 1)));
        return (await list('type=credits.overage')).map(({ id }) => id).filter((id) => !before.has(id));
      };
      return { path: `${path}?type=credits.overage`, add };
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['type=usage', 'query.type', 'enum'],
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['customer_id=a', 'query.customer_id', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
