import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';
import { uuid } from './uuid.ts';

const path = '/v1/usage';
const largest = Number.MAX_SAFE_INTEGER;
const millisecondsPerDay = 24 * 60 * 60 * 1_000;

describeTargets('recordUsage', (scenario) => {
  const { clock, sweep, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('201', () => {
    test('debits at once, and answers with exactly these members', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const body = {
        external_customer_id: customer.externalId,
        billable_metric_key: metric,
        units: 3,
        event_id: 'render-18',
        occurred_at: '2026-11-21T09:20:00Z',
        metadata: { size: 'large' },
      };
      const answer = await send('POST', path, { body });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        billable_metric_key: metric,
        units: 3,
        event_id: 'render-18',
        duplicate: false,
        cost: 3_000,
        transaction: { id: uuid, delta: -3_000, type: 'consumption', created_at: wireTime(clock) },
        account: balances(97_000),
      });
    });

    test('leaves one entry in the ledger, with all that was told', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const told = { event_id: 'render-18', occurred_at: '2026-11-21T09:20:00+00:00', metadata: { size: 'large' } };
      const { transaction } = await credits.use(customer, metric, 3, told);
      const [entry, grant] = await credits.transactions(customer);
      expect(entry).toEqual({
        ...transaction,
        balance_delta: -3_000,
        reserved_delta: 0,
        balance_after: 97_000,
        reserved_after: 0,
        reference_id: 'render-18',
        billable_metric_key: metric,
        units: 3,
        reason: null,
        metadata: { size: 'large' },
        blocks: [{ block_id: grant!.blocks[0]!.block_id, amount: -3_000 }],
        occurred_at: '2026-11-21T09:20:00.000Z',
      });
    });

    test('needs no event id, and then records each time', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      for (const balance of [99_000, 98_000]) {
        const answer = await credits.use(customer, metric, 1);
        expect(answer).toMatchObject({ event_id: null, duplicate: false, account: balances(balance) });
      }
      expect(await credits.transactions(customer, 'type=consumption')).toMatchObject([
        { reference_id: null, occurred_at: null, metadata: {} },
        {},
      ]);
    });

    test('lets a customer be named by its id', async () => {
      const customer = await credits.open(100_000);
      const body = { customer_id: customer.id, billable_metric_key: await credits.metricAt(1_000), units: 1 };
      expect(await credits.post(path, body)).toMatchObject({
        external_customer_id: customer.externalId,
        account: balances(99_000),
      });
    });

    test('spends all that there is, and nothing of what is held', async () => {
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      const held = await credits.hold(customer, metric, 4);
      expect(await credits.use(customer, metric, 6)).toMatchObject({ account: balances(4_000, 4_000) });
      expect(await credits.commit(held, 4)).toMatchObject({ actual_cost: 4_000, uncollected: 0 });
    });

    test('is priced by the rule as it is now, whenever it happened', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metric({ cost_type: 'flat', flat_cost: 1 });
      await clock.advance({ seconds: 60 });
      await credits.price(metric, { cost_type: 'flat', flat_cost: 2 });
      expect(await credits.use(customer, metric, 1, { occurred_at: wireTime(clock, -60) })).toMatchObject({ cost: 2 });
    });

    test('records what costs nothing, with a delta of 0', async () => {
      const customer = await credits.open();
      const { cost, transaction } = await credits.use(customer, await credits.metricAt(0), 5);
      expect([cost, transaction.delta].map((amount) => Object.is(amount, 0))).toEqual([true, true]);
    });
  });

  describe('201 of the same event', () => {
    test('is the first answer with duplicate: true, and nothing is debited', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const first = await credits.use(customer, metric, 3, { event_id: 'render-18' });
      const before = await credits.everythingOf(customer);
      await clock.advance({ seconds: 60 });
      expect(await credits.use(customer, metric, 3, { event_id: 'render-18' })).toEqual({ ...first, duplicate: true });
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test('goes by the metric and the units, whatever else is told the second time', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const first = await credits.use(customer, metric, 3, { event_id: 'render-18', metadata: { try: 1 } });
      const again = { event_id: 'render-18', occurred_at: '2026-11-21T09:20:00Z', metadata: { try: 2 } };
      expect(await credits.use(customer, metric, 3, again)).toEqual({ ...first, duplicate: true });
    });

    test('is known for 24 hours, and not a millisecond longer', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const use = () => credits.use(customer, metric, 1, { event_id: 'render-18' });
      await use();
      await clock.advance({ milliseconds: millisecondsPerDay - 1 });
      await sweep();
      expect(await use()).toMatchObject({ duplicate: true });
      await clock.advance({ milliseconds: 1 });
      expect(await use()).toMatchObject({ duplicate: false, account: balances(98_000) });
      expect(await use()).toMatchObject({ duplicate: true });
    });

    test('belongs to its customer: others have the same event ids', async () => {
      const metric = await credits.metricAt(1_000);
      for (const customer of [await credits.open(1_000), await credits.open(1_000)]) {
        expect(await credits.use(customer, metric, 1, { event_id: 'render-18' })).toMatchObject({ duplicate: false });
      }
    });

    test('is recorded once when it comes many times at once', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const answers = await Promise.all(
        Array.from({ length: 16 }, () => credits.use(customer, metric, 1, { event_id: 'render-18' })),
      );
      expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(new Set(answers.map(({ transaction }) => transaction.id)).size).toBe(1);
      expect(await credits.balances(customer)).toEqual(balances(99_000));
    });

    test('is a new one as long as it was refused', async () => {
      const customer = await credits.open();
      const metric = await credits.metricAt(1_000);
      expect((await credits.askUse(customer, metric, 1, { event_id: 'render-18' })).status).toBe(402);
      await credits.grant(customer, 1_000);
      expect(await credits.use(customer, metric, 1, { event_id: 'render-18' })).toMatchObject({ duplicate: false });
    });

    test.each(['..', 'a/b', '$where', '__proto__', 'ÄÖÜ', '😀'.repeat(255), ' '])(
      'may be called %j',
      async (eventId) => {
        const customer = await credits.open(2_000);
        const metric = await credits.metricAt(1_000);
        expect(await credits.use(customer, metric, 1, { event_id: eventId })).toMatchObject({
          event_id: eventId,
          duplicate: false,
        });
        expect(await credits.use(customer, metric, 1, { event_id: eventId })).toMatchObject({ duplicate: true });
      },
    );
  });

  describe('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const customer = await credits.open(100_000);
      const before = await credits.everythingOf(customer);
      expectFaults(await credits.askUse(customer, await credits.metricAt(1_000), 1, change), ...faults);
      expect(await credits.everythingOf(customer)).toEqual(before);
    };

    test('refuses both ways to name the customer at once', async () => {
      const { id } = await credits.open();
      await refuse({ customer_id: id }, ['/customer_id', 'oneOf']);
    });
    test('refuses neither way to name the customer', () =>
      refuse({ external_customer_id: undefined }, ['/customer_id', 'oneOf']));
    test('refuses 0 units', () => refuse({ units: 0 }, ['/units', 'minimum']));
    test('refuses units below 0, which would give credits', () => refuse({ units: -3 }, ['/units', 'minimum']));
    test('refuses half a unit', () => refuse({ units: 1.5 }, ['/units', 'type']));
    test('refuses 2^53 units', () => refuse({ units: 2 ** 53 }, ['/units', 'maximum']));
    test('refuses a cost beyond 2^53 - 1', () => refuse({ units: largest }, ['/units', 'maximum']));
    test('refuses an empty event id', () => refuse({ event_id: '' }, ['/event_id', 'minLength']));
    test('refuses an event id of 256 characters', () =>
      refuse({ event_id: 'x'.repeat(256) }, ['/event_id', 'maxLength']));
    test('refuses a time in another time zone', () =>
      refuse({ occurred_at: '2026-11-21T09:20:00+01:00' }, ['/occurred_at', 'pattern']));
    test('refuses a day that there is not', () =>
      refuse({ occurred_at: '2026-02-30T09:20:00Z' }, ['/occurred_at', 'format']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { text: 'x'.repeat(4_096) } }, ['/metadata', 'maxBytes']));
    test('refuses a field that it does not know', () =>
      refuse({ estimated_units: 1 }, ['/estimated_units', 'additionalProperties']));
  });

  describe('402', () => {
    test('is the answer when there is too little, and nothing is written', async () => {
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      await credits.hold(customer, metric, 4);
      const before = await credits.everythingOf(customer);
      expectProblem(await credits.askUse(customer, metric, 7), 'insufficient-credits', 'Insufficient credits.');
      expect(await credits.everythingOf(customer)).toEqual(before);
    });
  });

  describe('404', () => {
    test('is the answer for a customer that there is not, which is not created', async () => {
      const externalId = unique('nobody');
      const metric = await credits.metricAt(1_000);
      expectProblem(await credits.askUse({ id: '', externalId }, metric, 1), 'not-found', 'There is no such customer.');
      expectProblem(await credits.ask('GET', `/v1/customer-by-external-id/${externalId}`), 'not-found');
    });

    test('is the answer for what can’t be the id of a customer', async () => {
      const byId = { external_customer_id: undefined, customer_id: 'cus_01HXYZ0K3V8Q5N2M7D4T6B9CFW' };
      const answer = await credits.askUse({ id: '', externalId: '' }, await credits.metricAt(1_000), 1, byId);
      expectProblem(answer, 'not-found', 'There is no such customer.');
    });

    test.each([apiKeys.otherTenant, apiKeys.test])('is the answer for a customer of others: %s', async (apiKey) => {
      const others = new CreditClient(scenario, apiKey);
      const customer = await others.open(10_000);
      const byId = { external_customer_id: undefined, customer_id: customer.id };
      for (const change of [{}, byId]) {
        expectProblem(
          await credits.askUse(customer, await credits.metricAt(1_000), 1, change),
          'not-found',
          'There is no such customer.',
        );
      }
      expect(await others.balances(customer)).toEqual(balances(10_000));
    });
  });

  describe('409 of the same event id', () => {
    test('is the answer to another metric or other units, and nothing is debited', async () => {
      const customer = await credits.open(100_000);
      const [input, output] = [await credits.metricAt(1_000), await credits.metricAt(2_000)];
      const first = await credits.use(customer, input, 3, { event_id: 'render-18' });
      const before = await credits.everythingOf(customer);
      for (const [metric, units] of [
        [output, 3],
        [input, 4],
        [unique('metric'), 3],
      ] as const) {
        const detail = 'The event render-18 was recorded before, with another metric or other units.';
        expectProblem(
          await credits.askUse(customer, metric, units, { event_id: 'render-18' }),
          'event-id-conflict',
          detail,
        );
      }
      expect(await credits.everythingOf(customer)).toEqual(before);
      expect(await credits.use(customer, input, 3, { event_id: 'render-18' })).toEqual({ ...first, duplicate: true });
    });

    test('is the answer to all but one of several that come at once', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const asked = [1, 2, 3, 4].map((units) => credits.askUse(customer, metric, units, { event_id: 'render-18' }));
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
      expect(await credits.transactions(customer, 'type=consumption')).toHaveLength(1);
    });

    test('is over after 24 hours', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      await credits.use(customer, metric, 1, { event_id: 'render-18' });
      await clock.advance({ milliseconds: millisecondsPerDay });
      expect(await credits.use(customer, metric, 2, { event_id: 'render-18' })).toMatchObject({ duplicate: false });
    });
  });

  describe('422', () => {
    test('is the answer for a metric that there is not, one without a rule, and one of others', async () => {
      const customer = await credits.open(10_000);
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      for (const metric of [
        unique('metric'),
        await credits.metric(),
        await others.metric({ cost_type: 'flat', flat_cost: 1 }),
      ]) {
        const detail = `The billable metric ${metric} has no active metering rule.`;
        expectProblem(await credits.askUse(customer, metric, 1), 'no-metering-rule', detail);
      }
      expect(await credits.balances(customer)).toEqual(balances(10_000));
    });
  });

  describeAnyWrite(scenario, { method: 'POST', path }, async () => {
    const { externalId } = await credits.open(100_000);
    return {
      method: 'POST',
      path,
      body: { external_customer_id: externalId, billable_metric_key: await credits.metricAt(1_000), units: 1 },
    };
  });
});
