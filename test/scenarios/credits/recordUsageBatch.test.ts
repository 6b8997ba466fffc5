import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/usage/batch';
const largest = Number.MAX_SAFE_INTEGER;

describeTargets('recordUsageBatch', (scenario) => {
  const { send, unique } = scenario;
  const credits = new CreditClient(scenario);

  const record = (events: readonly object[]) => credits.post<'recordUsageBatch'>(path, { events });
  const event = ({ externalId }: CustomerIds, metric: string, units: number, more: object = {}) => {
    return { external_customer_id: externalId, billable_metric_key: metric, units, ...more };
  };

  describe('200', () => {
    test('records each event as it would have been by itself, and answers with exactly these members', async () => {
      const [one, other] = [await credits.open(100_000), await credits.open(5_000)];
      const metric = await credits.metricAt(1_000);
      const body = { events: [event(one, metric, 3, { event_id: 'render-18' }), event(other, metric, 1)] };
      const answer = await send('POST', path, { body });
      const { results } = answer.json as Awaited<ReturnType<typeof record>>;
      const [[first], [second]] = [await credits.transactions(one), await credits.transactions(other)];
      const transactionOf = (entry: typeof first) => ({
        id: entry!.id,
        delta: entry!.delta,
        type: 'consumption',
        created_at: entry!.created_at,
      });
      expect(answer.status).toBe(200);
      expect(results).toEqual([
        {
          index: 0,
          status: 'recorded',
          usage: {
            customer_id: one.id,
            external_customer_id: one.externalId,
            billable_metric_key: metric,
            units: 3,
            event_id: 'render-18',
            duplicate: false,
            cost: 3_000,
            transaction: transactionOf(first),
            account: balances(97_000),
          },
          error: null,
        },
        {
          index: 1,
          status: 'recorded',
          usage: {
            customer_id: other.id,
            external_customer_id: other.externalId,
            billable_metric_key: metric,
            units: 1,
            event_id: null,
            duplicate: false,
            cost: 1_000,
            transaction: transactionOf(second),
            account: balances(4_000),
          },
          error: null,
        },
      ]);
    });

    test('refuses alone what the rules refuse, and says why as the operation for one event would', async () => {
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      const unpriced = await credits.metric();
      const { results } = await record([
        event(customer, metric, 4),
        event(customer, metric, 7),
        event({ id: '', externalId: unique('nobody') }, metric, 1),
        event(customer, unpriced, 1),
        event(customer, metric, largest),
        event(customer, metric, 6),
      ]);
      expect(results.map(({ index, status }) => [index, status])).toEqual([
        [0, 'recorded'],
        [1, 'refused'],
        [2, 'refused'],
        [3, 'refused'],
        [4, 'refused'],
        [5, 'recorded'],
      ]);
      expect(results.map(({ error }) => error)).toEqual([
        null,
        { code: 'insufficient_credits', detail: 'Insufficient credits.' },
        { code: 'not_found', detail: 'There is no such customer.' },
        { code: 'no_metering_rule', detail: `The billable metric ${unpriced} has no active metering rule.` },
        { code: 'validation_failed', detail: expect.stringContaining('/events/4/units') },
        null,
      ]);
      expect(results.slice(1, 5).map(({ usage }) => usage)).toEqual([null, null, null, null]);
      expect(await credits.balances(customer)).toEqual(balances(0));
    });

    test('decides in order, and each event sees what those before it did', async () => {
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      const { results } = await record([6, 5, 4, 1].map((units) => event(customer, metric, units)));
      expect(results.map(({ status, usage }) => [status, usage?.account.balance])).toEqual([
        ['recorded', 4_000],
        ['refused', undefined],
        ['recorded', 0],
        ['refused', undefined],
      ]);
    });

    test('tells duplicates apart, of earlier events as well as within the batch', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const earlier = await credits.use(customer, metric, 1, { event_id: 'one' });
      const { results } = await record(
        ['one', 'two', 'two', 'three'].map((eventId) => event(customer, metric, 1, { event_id: eventId })),
      );
      expect(results.map(({ status }) => status)).toEqual(['duplicate', 'recorded', 'duplicate', 'recorded']);
      expect(results[0]).toEqual({
        index: 0,
        status: 'duplicate',
        usage: { ...earlier, duplicate: true },
        error: null,
      });
      expect(results[2]?.usage).toEqual({ ...results[1]?.usage, duplicate: true });
      expect(await credits.balances(customer)).toEqual(balances(97_000));
    });

    test('tells conflicts apart: other units or another metric under an event id, also within the batch', async () => {
      const customer = await credits.open(100_000);
      const [metric, other] = [await credits.metricAt(1_000), await credits.metricAt(2_000)];
      await credits.use(customer, metric, 1, { event_id: 'one' });
      const named = (eventId: string, metricKey: string, units: number) =>
        event(customer, metricKey, units, { event_id: eventId });
      const { results } = await record([
        named('one', metric, 2),
        named('one', metric, 1),
        named('two', metric, 3),
        named('two', other, 3),
        named('two', metric, 3),
      ]);
      expect(results.map(({ status }) => status)).toEqual([
        'conflict',
        'duplicate',
        'recorded',
        'conflict',
        'duplicate',
      ]);
      const detail = 'The event one was recorded before, with another metric or other units.';
      expect(results[0]).toEqual({
        index: 0,
        status: 'conflict',
        usage: null,
        error: { code: 'event_id_conflict', detail },
      });
      expect(await credits.balances(customer)).toEqual(balances(96_000));
    });

    test('refuses alone an event whose customer_id can’t be one', async () => {
      const { results } = await record([
        { customer_id: 'cus_01HXY', billable_metric_key: await credits.metricAt(1), units: 1 },
      ]);
      expect(results).toMatchObject([{ status: 'refused', error: { code: 'not_found' } }]);
    });

    test('takes 1,000 events, of one customer or of many, and has a result for each', async () => {
      const customers = await Promise.all(Array.from({ length: 50 }, () => credits.open(1_000_000)));
      const metric = await credits.metricAt(1);
      const events = Array.from({ length: 1_000 }, (_, index) =>
        event(customers[index % 2 === 0 ? 0 : index % 50]!, metric, index + 1),
      );
      const { results } = await record(events);
      expect(results.map(({ index }) => index)).toEqual(events.map((_, index) => index));
      expect(results.map(({ status, usage }) => [status, usage?.units])).toEqual(
        events.map(({ units }) => ['recorded', units]),
      );
      const accounts = await Promise.all(customers.map((customer) => credits.balances(customer)));
      expect(accounts.reduce((sum, { balance }) => sum + balance, 0)).toBe(50 * 1_000_000 - 500_500);
      expect(await credits.audit(customers[0]!)).toMatchObject({ consistent: true, transactions: 501 });
    });

    test('is nobody else’s: events of others’ customers are refused', async () => {
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      const customer = await others.open(10_000);
      const metric = await credits.metricAt(1_000);
      const { results } = await record([
        event(customer, metric, 1),
        { customer_id: customer.id, billable_metric_key: metric, units: 1 },
      ]);
      expect(results.map(({ error }) => error)).toEqual(
        Array(2).fill({ code: 'not_found', detail: 'There is no such customer.' }),
      );
      expect(await others.balances(customer)).toEqual(balances(10_000));
    });

    test('takes effect once when parallel batches hold the same events', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const events = Array.from({ length: 10 }, (_, index) =>
        event(customer, metric, 1, { event_id: `event-${index}` }),
      );
      const batches = await Promise.all([events, events.toReversed(), events].map(record));
      const statuses = batches.flatMap(({ results }) => results.map(({ status }) => status));
      expect(statuses.filter((status) => status === 'recorded')).toHaveLength(10);
      expect(await credits.balances(customer)).toEqual(balances(90_000));
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses the whole batch for one malformed event, and says which; nothing is recorded', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const before = await credits.everythingOf(customer);
      const right = event(customer, metric, 1);
      const { externalId } = customer;
      for (const [wrong, member, rule] of [
        [{ units: 0 }, 'units', 'minimum'],
        [{ units: 1.5 }, 'units', 'type'],
        [{ units: 2 ** 53 }, 'units', 'maximum'],
        [{ customer_id: customer.id }, 'customer_id', 'oneOf'],
        [{ external_customer_id: undefined }, 'customer_id', 'oneOf'],
        [{ metadata: { text: 'x'.repeat(4_096) } }, 'metadata', 'maxBytes'],
        [{ occurred_at: '2026-02-30T09:20:00Z' }, 'occurred_at', 'format'],
        [{ customer: externalId }, 'customer', 'additionalProperties'],
      ] as const) {
        const answer = await credits.ask('POST', path, { events: [right, { ...right, ...wrong }] });
        expectFaults(answer, [`/events/1/${member}`, rule]);
      }
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test('refuses no events, and 1,001', async () => {
      const right = event(await credits.open(), await credits.metricAt(0), 1);
      expectFaults(await credits.ask('POST', path, { events: [] }), ['/events', 'minItems']);
      expectFaults(await credits.ask('POST', path, { events: Array(1_001).fill(right) }), ['/events', 'maxItems']);
    });
  });

  describeAnyWrite(scenario, { method: 'POST', path }, async () => {
    return {
      method: 'POST',
      path,
      body: { events: [event(await credits.open(100_000), await credits.metricAt(1_000), 1)] },
    };
  });
});
