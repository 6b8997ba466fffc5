import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem, tooLittleForHold } from './problems.ts';
import { uuid } from './uuid.ts';

const path = '/v1/reserve';
const largest = Number.MAX_SAFE_INTEGER;

describeTargets('createHold', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('201', () => {
    test('holds what the units cost, and answers with exactly these members', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const answer = await credits.askHold(customer, metric, 10, { ttl_seconds: 600, metadata: { job: 'render-18' } });
      expect(answer).toMatchObject({ status: 201 });
      expect(answer.json).toEqual({
        id: uuid,
        tenant_id: 'default',
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        billable_metric_key: metric,
        estimated_units: 10,
        estimated_cost: 10_000,
        environment: 'live',
        status: 'active',
        expires_at: wireTime(clock, 600),
        account: { balance: 100_000, reserved_balance: 10_000, effective_balance: 90_000 },
        metadata: { job: 'render-18' },
        created_at: wireTime(clock),
      });
    });

    test('holds, and does not debit', async () => {
      const customer = await credits.open(100_000);
      await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(await credits.balances(customer)).toEqual(balances(100_000, 10_000));
      expect(await credits.transactions(customer, 'type=consumption')).toEqual([]);
    });

    test('lets a customer be named by its id', async () => {
      const customer = await credits.open(100_000);
      const body = { customer_id: customer.id, billable_metric_key: await credits.metricAt(1_000), estimated_units: 1 };
      const ids = { customer_id: customer.id, external_customer_id: customer.externalId };
      expect(await send('POST', path, { body })).toMatchObject({ status: 201, json: ids });
      const inCapitals = { ...body, customer_id: customer.id.toUpperCase() };
      expect(await send('POST', path, { body: inCapitals })).toMatchObject({ status: 201, json: ids });
    });

    test('lasts 1,800 seconds unless told', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 1);
      expect(held).toMatchObject({ created_at: wireTime(clock), expires_at: wireTime(clock, 1_800) });
    });

    test.each([
      [1, 1],
      [86_399, 86_399],
      [86_400, 86_400],
      [86_401, 86_400],
      [1_000_000_000, 86_400],
      [largest, 86_400],
    ])('asked for %d seconds, lasts %d: more than a day is clamped, not refused', async (asked, given) => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 1, { ttl_seconds: asked });
      expect(held).toMatchObject({ expires_at: wireTime(clock, given) });
    });

    test('has {} for metadata that was not given', async () => {
      const customer = await credits.open(100_000);
      expect(await credits.hold(customer, await credits.metricAt(1_000), 1)).toMatchObject({ metadata: {} });
    });

    test('gives metadata back as it was, inner members and all', async () => {
      const { externalId } = await credits.open(100_000);
      const metadata = '{"inner":{"where$":"1","a-b":[2,{"ne":null}],"toString":{"x":1}," ":0},"é😀":"\\u0000"}';
      const members = JSON.stringify({
        external_customer_id: externalId,
        billable_metric_key: await credits.metricAt(1_000),
        estimated_units: 1,
      });
      const answer = await send('POST', path, { body: members.replace('}', `,"metadata":${metadata}}`) });
      expect(answer.status).toBe(201);
      expect(answer.text).toContain(`"metadata":${metadata}`);
      const { id } = answer.json as { id: string };
      expect((await send('GET', `${path}/${id}`)).text).toContain(`"metadata":${metadata}`);
    });

    test('takes 4 KiB of metadata', async () => {
      const customer = await credits.open(100_000);
      const metadata = { text: 'x'.repeat(4_096 - '{"text":""}'.length) };
      expect(await credits.hold(customer, await credits.metricAt(1_000), 1, { metadata })).toMatchObject({ metadata });
    });

    test('passes when the credits are just enough', async () => {
      const customer = await credits.open(10_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(held).toMatchObject({ account: balances(10_000, 10_000) });
    });

    test('passes at a cost of 0, also without credits', async () => {
      const customer = await credits.open();
      const held = await credits.hold(customer, await credits.metricAt(0), 5);
      expect(held).toMatchObject({ estimated_cost: 0, account: balances(0) });
    });

    test('holds as much as can be counted, to the millicredit', async () => {
      const customer = await credits.open(largest);
      const held = await credits.hold(customer, await credits.metricAt(1), largest);
      expect(held).toMatchObject({
        estimated_units: largest,
        estimated_cost: largest,
        account: balances(largest, largest),
      });
    });

    test('leaves what it says in the ledger: an entry of its own, which reference_id names', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const { id } = await credits.hold(customer, metric, 10);
      const [entry, grant] = await credits.transactions(customer);
      expect(entry).toEqual({
        id: (await credits.getHold({ id })).reference_id,
        type: 'hold',
        delta: -10_000,
        balance_delta: 0,
        reserved_delta: 10_000,
        balance_after: 100_000,
        reserved_after: 10_000,
        reference_id: id,
        billable_metric_key: metric,
        units: 10,
        reason: null,
        metadata: {},
        blocks: [{ block_id: grant!.blocks[0]!.block_id, amount: -10_000 }],
        occurred_at: null,
        created_at: wireTime(clock),
      });
    });

    test('gives each hold an id of its own', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const held = await Promise.all([1, 2, 3, 4].map(() => credits.hold(customer, metric, 1)));
      expect(new Set(held.map(({ id }) => id)).size).toBe(4);
    });
  });

  describe('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const customer = await credits.open(100_000);
      const before = await credits.everythingOf(customer);
      const metric = await credits.metricAt(1_000);
      expectFaults(await credits.askHold(customer, metric, 1, change), ...faults);
      expect(await credits.everythingOf(customer)).toEqual(before);
    };

    test('refuses both ways to name the customer at once', async () => {
      const { id } = await credits.open(1_000);
      await refuse({ customer_id: id }, ['/customer_id', 'oneOf']);
    });
    test('refuses neither way to name the customer', () =>
      refuse({ external_customer_id: undefined }, ['/customer_id', 'oneOf']));
    test('refuses 0 units', () => refuse({ estimated_units: 0 }, ['/estimated_units', 'minimum']));
    test('refuses units below 0', () => refuse({ estimated_units: -10 }, ['/estimated_units', 'minimum']));
    test('refuses half a unit', () => refuse({ estimated_units: 1.5 }, ['/estimated_units', 'type']));
    test('refuses 2^53 units', () => refuse({ estimated_units: 2 ** 53 }, ['/estimated_units', 'maximum']));
    test('refuses 2^53 + 1 units, which JavaScript would round', async () => {
      const customer = await credits.open(largest);
      const body = JSON.stringify({
        external_customer_id: customer.externalId,
        billable_metric_key: await credits.metricAt(1),
        estimated_units: 1,
      }).replace('"estimated_units":1', '"estimated_units":9007199254740993');
      expectFaults(await send('POST', path, { body }), ['/estimated_units', 'maximum']);
      expect(await credits.balances(customer)).toEqual(balances(largest));
    });
    test('refuses units as text', () => refuse({ estimated_units: '1' }, ['/estimated_units', 'type']));
    test('refuses to guess the units', () => refuse({ estimated_units: undefined }, ['/estimated_units', 'required']));
    test('refuses to guess the metric', () =>
      refuse({ billable_metric_key: undefined }, ['/billable_metric_key', 'required']));
    test('refuses a TTL of 0', () => refuse({ ttl_seconds: 0 }, ['/ttl_seconds', 'minimum']));
    test('refuses a TTL below 0', () => refuse({ ttl_seconds: -1 }, ['/ttl_seconds', 'minimum']));
    test('refuses a TTL of half a second', () =>
      refuse({ ttl_seconds: 0.5 }, ['/ttl_seconds', 'type'], ['/ttl_seconds', 'minimum']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { text: 'é'.repeat(2_043) } }, ['/metadata', 'maxBytes']));
    test('refuses metadata with a name that databases read something into', () =>
      refuse({ metadata: { $where: 1 } }, ['/metadata/$where', 'pattern']));
    test('refuses a field that it does not know', () =>
      refuse({ estimatedUnits: 1 }, ['/estimatedUnits', 'additionalProperties']));
    test('says everything that is wrong at once', () =>
      refuse({ estimated_units: 0, ttl_seconds: 0 }, ['/estimated_units', 'minimum'], ['/ttl_seconds', 'minimum']));

    test('refuses a cost beyond 2^53 - 1, and writes nothing', async () => {
      const customer = await credits.open(largest);
      const metric = await credits.metricAt(1_000);
      const before = await credits.everythingOf(customer);
      expectFaults(await credits.askHold(customer, metric, largest), ['/estimated_units', 'maximum']);
      expectFaults(await credits.askHold(customer, metric, Math.floor(largest / 1_000) + 1), [
        '/estimated_units',
        'maximum',
      ]);
      expect(await credits.everythingOf(customer)).toEqual(before);
    });
  });

  describe('402', () => {
    test('is the answer when there is too little, with exactly these members, and nothing is written', async () => {
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      const before = await credits.everythingOf(customer);
      const answer = await credits.askHold(customer, metric, 11);
      expect(answer.status).toBe(402);
      expect(answer.json).toEqual({
        type: 'https://api.quotastack.io/errors/insufficient-credits',
        title: 'Insufficient Credits',
        status: 402,
        detail: 'Insufficient credits for reservation.',
      });
      expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json\b/u);
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test('counts what others hold as gone: of 10,000, 8,000 can be held once', async () => {
      const customer = await credits.open(10_000);
      const metric = await credits.metricAt(1_000);
      const first = await credits.hold(customer, metric, 8);
      expectProblem(await credits.askHold(customer, metric, 8), 'insufficient-credits', tooLittleForHold);
      expect(await credits.balances(customer)).toEqual(balances(10_000, 8_000));
      await credits.release(first);
      expect((await credits.askHold(customer, metric, 8)).status).toBe(201);
    });

    test('is the answer for a single millicredit too much', async () => {
      const customer = await credits.open(9_999);
      expectProblem(
        await credits.askHold(customer, await credits.metricAt(1_000), 10),
        'insufficient-credits',
        tooLittleForHold,
      );
    });

    test('is the answer whatever the overage policy says, which governs usage only', async () => {
      const customer = await credits.open(1_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      expectProblem(
        await credits.askHold(customer, await credits.metricAt(1_000), 2),
        'insufficient-credits',
        tooLittleForHold,
      );
    });
  });

  describe('404', () => {
    test('is the answer for a customer that there is not', async () => {
      const customer = { id: '00000000-0000-8000-9000-000000000000', externalId: unique('nobody') };
      const metric = await credits.metricAt(1_000);
      expectProblem(await credits.askHold(customer, metric, 1), 'not-found', 'There is no such customer.');
      const byId = { external_customer_id: undefined, customer_id: customer.id };
      expectProblem(await credits.askHold(customer, metric, 1, byId), 'not-found', 'There is no such customer.');
      for (const notOurs of ['0192f3a4-7c1e-4b52-9d3f-5a6b7c8d9e0f', 'cus_01HXYZ0K3V8Q5N2M7D4T6B9CFW']) {
        const answer = await credits.askHold(customer, metric, 1, { ...byId, customer_id: notOurs });
        expectProblem(answer, 'not-found', 'There is no such customer.');
      }
    });

    test.each([apiKeys.otherTenant, apiKeys.test])('is the answer for a customer of others: %s', async (apiKey) => {
      const others = new CreditClient(scenario, apiKey);
      const customer = await others.open(10_000);
      const metric = await credits.metricAt(1_000);
      expectProblem(await credits.askHold(customer, metric, 1), 'not-found', 'There is no such customer.');
      const byId = { external_customer_id: undefined, customer_id: customer.id };
      expectProblem(await credits.askHold(customer, metric, 1, byId), 'not-found', 'There is no such customer.');
      expect(await others.balances(customer)).toEqual(balances(10_000));
    });

    test('does not create the customer', async () => {
      const externalId = unique('nobody');
      await credits.askHold({ id: '', externalId }, await credits.metricAt(1_000), 1);
      expectProblem(await credits.ask('GET', `/v1/customer-by-external-id/${externalId}`), 'not-found');
    });
  });

  describe('422', () => {
    test('is the answer for a metric that there is not, and for one without a rule', async () => {
      const customer = await credits.open(10_000);
      const before = await credits.everythingOf(customer);
      for (const metric of [unique('metric'), await credits.metric()]) {
        const detail = `The billable metric ${metric} has no active metering rule.`;
        expectProblem(await credits.askHold(customer, metric, 1), 'no-metering-rule', detail);
      }
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test.each([apiKeys.otherTenant, apiKeys.test])('is the answer for a metric of others: %s', async (apiKey) => {
      const metric = await new CreditClient(scenario, apiKey).metric({ cost_type: 'flat', flat_cost: 1 });
      const customer = await credits.open(10_000);
      expectProblem(await credits.askHold(customer, metric, 1), 'no-metering-rule');
    });
  });

  describeAnyWrite(scenario, { method: 'POST', path }, async () => {
    const { externalId } = await credits.open(100_000);
    const body = {
      external_customer_id: externalId,
      billable_metric_key: await credits.metricAt(1_000),
      estimated_units: 10,
    };
    return { method: 'POST', path, body };
  });
});
