import type { CreditEventType } from '@holdfast/contract';
import { afterEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys, liveKeyLabel } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { testPaging } from './paging.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/events';
/** The number as a text. */
const number: unknown = expect.any(Number);
const id: unknown = expect.stringMatching(/^[1-9]\d*$/u);

describeTargets('listCreditEvents', (scenario) => {
  const { clock, sweep, send } = scenario;
  const credits = new CreditClient(scenario);

  const list = async (query = '') => (await credits.get<'listCreditEvents'>(`${path}?limit=200&${query}`)).data;
  /** Of one customer and, if that is given, of one type. */
  const listOf = async ({ id }: CustomerIds, type?: CreditEventType) =>
    (await list(type && `type=${type}`)).filter((event) => event.customer_id === id);
  const openNotified = async (balance: number) => {
    const customer = await credits.open(balance);
    await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'notify' });
    return customer;
  };
  const emitExpiry = (emits: boolean) => credits.patch('/v1/credit-settings', { emit_reservation_expired: emits });

  afterEach(() => emitExpiry(false));

  describe('200', () => {
    test('tells of each entry of the ledger, in its order, with exactly these members', async () => {
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      await credits.commit(await credits.hold(customer, metric, 3), 1, { final: false });
      await credits.release(await credits.hold(customer, metric, 1));
      await credits.use(customer, metric, 2, { event_id: 'render-18' });
      await credits.adjust(customer, -500, 'Goodwill');
      await credits.grant(customer, 1_000, { expires_at: wireTime(clock, 60) });
      await clock.advance({ seconds: 3_600 });
      await sweep();
      const types: Readonly<Record<string, string>> = {
        grant: 'credits.granted',
        hold: 'credits.held',
        release: 'credits.released',
        consumption: 'credits.consumed',
        expiration: 'credits.expired',
        adjustment: 'credits.adjusted',
      };
      const entries = await credits.transactions(customer);
      expect(new Set(entries.map(({ type }) => type))).toEqual(new Set(Object.keys(types)));
      const events = await listOf(customer);
      expect(events).toEqual(
        entries.map((entry, index) => ({
          id,
          number,
          type: types[entry.type],
          created_at: entry.created_at,
          // The last hold and the block lapsed, which nobody did.
          api_key_label: index < 2 ? null : liveKeyLabel,
          customer_id: customer.id,
          external_customer_id: customer.externalId,
          data: {
            transaction_id: entry.id,
            delta: entry.delta,
            balance: entry.balance_after,
            reserved_balance: entry.reserved_after,
            effective_balance: entry.balance_after - entry.reserved_after,
            reference_id: entry.reference_id,
            billable_metric_key: entry.billable_metric_key,
            units: entry.units,
            reason: entry.reason,
          },
        })),
      );
    });

    test('numbers all of them 1, 2, 3 …, and names each by its number', async () => {
      const customer = await credits.open(1_000);
      const metric = await credits.metricAt(1);
      await Promise.all(Array.from({ length: 20 }, () => credits.use(customer, metric, 1)));
      const events = await list();
      expect(events.map((event) => event.id)).toEqual(events.map((event) => String(event.number)));
      const newest = events[0]?.number ?? 0;
      expect(events.map((event) => event.number)).toEqual(events.map((_, index) => newest - index));
    });

    test('tells of usage beyond the credits, with exactly these members', async () => {
      const customer = await openNotified(2_000);
      const metric = await credits.metricAt(1_000);
      const { transaction } = await credits.use(customer, metric, 5);
      expect(await listOf(customer, 'credits.overage')).toEqual([
        {
          id,
          number,
          type: 'credits.overage',
          api_key_label: liveKeyLabel,
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
      expect(await listOf(customer, 'credits.overage')).toEqual([]);
      await credits.use(customer, metric, 1);
      await credits.use(customer, metric, 4);
      expect(
        (await listOf(customer, 'credits.overage')).map(
          (event) => event.type === 'credits.overage' && event.data.overage,
        ),
      ).toEqual([4_000, 1_000]);
    });

    test('does not tell the same twice: neither of a duplicate nor of a replay', async () => {
      const customer = await openNotified(0);
      const metric = await credits.metricAt(1_000);
      for (let round = 0; round < 3; round += 1) await credits.use(customer, metric, 1, { event_id: 'render-18' });
      const types = ['credits.overage', 'credits.consumed'];
      expect((await listOf(customer)).map(({ type }) => type)).toEqual(types);
    });

    test('does not tell of overage under allow, nor of what is refused', async () => {
      const customer = await credits.open();
      const metric = await credits.metricAt(1_000);
      await credits.askUse(customer, metric, 1);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      await credits.use(customer, metric, 1);
      expect((await listOf(customer)).map(({ type }) => type)).toEqual(['credits.consumed']);
    });

    test('does not tell of holds that expired unless it is asked to', async () => {
      const customer = await credits.open(10_000);
      await credits.hold(customer, await credits.metricAt(1_000), 1, { ttl_seconds: 60 });
      await clock.advance({ seconds: 60 });
      await sweep();
      expect((await listOf(customer)).map(({ type }) => type)).toEqual([
        'credits.released',
        'credits.held',
        'credits.granted',
      ]);
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
      expect(await listOf(customer, 'reservation.expired')).toEqual([
        {
          id,
          number,
          type: 'reservation.expired',
          api_key_label: null,
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
      for (const type of ['credits.overage', 'reservation.expired', 'credits.held']) {
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
