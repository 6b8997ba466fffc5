import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import { testEndedHold } from './ended-hold.ts';
import { expectFaults } from './problems.ts';
import { testMalformedHoldId, testUnknownHold } from './unknown-hold.ts';
import { uuid } from './uuid.ts';

const largest = Number.MAX_SAFE_INTEGER;

describeTargets('commitHold', (scenario) => {
  const { clock, send } = scenario;
  const credits = new CreditClient(scenario);

  describe('200', () => {
    test('debits 7,000 and releases 3,000 when 7 of 10 were used, and answers with exactly these members', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      await clock.advance({ seconds: 5 });
      const answer = await send('POST', `/v1/reserve/${held.id}/commit`, { body: { actual_units: 7 } });
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        reservation_id: held.id,
        status: 'committed',
        estimated_units: 10,
        actual_units: 7,
        estimated_cost: 10_000,
        actual_cost: 7_000,
        released: 3_000,
        uncollected: 0,
        transaction: { id: uuid, delta: -7_000, type: 'consumption', created_at: wireTime(clock) },
        account: { balance: 93_000, reserved_balance: 0, effective_balance: 93_000 },
      });
    });

    test('debits all of the hold when as much was used', async () => {
      const customer = await credits.open(10_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      const result = await credits.commit(held, 10);
      expect(result).toMatchObject({ actual_cost: 10_000, released: 0, uncollected: 0, account: balances(0) });
    });

    test.each([
      ['flat', { cost_type: 'flat', flat_cost: 5_000 }],
      ['per unit', { cost_type: 'per_unit', unit_cost: 500 }],
      [
        'tiered, graduated',
        { cost_type: 'tiered', mode: 'graduated', tiers: [{ up_to: null, unit_cost: 400, flat_cost: 1_000 }] },
      ],
      [
        'tiered by volume',
        { cost_type: 'tiered', mode: 'volume', tiers: [{ up_to: null, unit_cost: 400, flat_cost: 1_000 }] },
      ],
      ['by packages', { cost_type: 'package', package_size: 10, package_cost: 5_000 }],
    ])(
      'debits nothing and releases everything when nothing was used, whatever the cost type: %s',
      async (_name, prices) => {
        const customer = await credits.open(10_000);
        const held = await credits.hold(customer, await credits.metric(prices), 10);
        expect(held.account).toEqual(balances(10_000, 5_000));
        const result = await credits.commit(held, 0);
        expect(result).toEqual({
          reservation_id: held.id,
          status: 'committed',
          estimated_units: 10,
          actual_units: 0,
          estimated_cost: 5_000,
          actual_cost: 0,
          released: 5_000,
          uncollected: 0,
          transaction: { id: uuid, delta: 0, type: 'consumption', created_at: wireTime(clock) },
          account: balances(10_000),
        });
        expect(Object.is(result.transaction.delta, 0)).toBe(true);
      },
    );

    test('debits the excess from what is free when more was used', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(await credits.commit(held, 15)).toMatchObject({
        actual_units: 15,
        actual_cost: 15_000,
        released: 0,
        uncollected: 0,
        transaction: { delta: -15_000 },
        account: balances(85_000),
      });
    });

    test('caps the debit at what there is, so that the balance never goes below 0, and says what it did not collect', async () => {
      const customer = await credits.open(12_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(await credits.commit(held, 15)).toMatchObject({
        status: 'committed',
        actual_units: 15,
        estimated_cost: 10_000,
        actual_cost: 12_000,
        released: 0,
        uncollected: 3_000,
        transaction: { delta: -12_000 },
        account: balances(0),
      });
    });

    test('never touches what other holds have taken', async () => {
      const customer = await credits.open(20_000);
      const metric = await credits.metricAt(1_000);
      const [held, other] = [await credits.hold(customer, metric, 10), await credits.hold(customer, metric, 8)];
      expect(await credits.commit(held, 15)).toMatchObject({
        actual_cost: 12_000,
        uncollected: 3_000,
        account: balances(8_000, 8_000),
      });
      expect(await credits.commit(other, 8)).toMatchObject({
        actual_cost: 8_000,
        uncollected: 0,
        account: balances(0),
      });
    });

    test('never touches the credits of other customers', async () => {
      const [customer, other] = [await credits.open(10_000), await credits.open(10_000)];
      const before = await credits.everythingOf(other);
      await credits.commit(await credits.hold(customer, await credits.metricAt(1_000), 10), 100);
      expect(await credits.everythingOf(other)).toEqual(before);
    });

    test.each(['block', 'allow', 'notify'])('does not ask the overage policy: %s', async (policy) => {
      const customer = await credits.open(10_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: policy });
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(await credits.commit(held, 11)).toMatchObject({
        actual_cost: 10_000,
        uncollected: 1_000,
        account: balances(0),
      });
    });

    test('never spends what usage has taken beyond the credits: a hold keeps what it has, and no more', async () => {
      const customer = await credits.open(10_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      const metric = await credits.metricAt(1_000);
      const held = await credits.hold(customer, metric, 6);
      await credits.use(customer, metric, 7);
      expect(await credits.balances(customer)).toEqual(balances(3_000, 6_000));
      expect(await credits.commit(held, 6)).toMatchObject({
        actual_cost: 3_000,
        uncollected: 3_000,
        account: { balance: 0, reserved_balance: 0 },
      });
      expect(await credits.audit(customer)).toMatchObject({ consistent: true });
    });

    test('is priced by the rule as it was at the hold', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metric({ cost_type: 'per_unit', unit_cost: 1_000 });
      const held = await credits.hold(customer, metric, 10);
      await credits.price(metric, { cost_type: 'flat', flat_cost: 1 });
      expect(await credits.commit(held, 7)).toMatchObject({ actual_cost: 7_000, released: 3_000 });
      expect(await credits.hold(customer, metric, 10)).toMatchObject({ estimated_cost: 1 });
    });

    test('merges its metadata into that of the hold', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10, {
        metadata: { job: 'render-18', tries: 1 },
      });
      await credits.commit(held, 7, { metadata: { tries: 2, seconds: 3.5 } });
      expect(await credits.getHold(held)).toMatchObject({ metadata: { job: 'render-18', tries: 2, seconds: 3.5 } });
    });

    test('leaves one entry in the ledger, which is the transaction of the answer', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const held = await credits.hold(customer, metric, 10);
      await clock.advance({ seconds: 5 });
      const { transaction } = await credits.commit(held, 7);
      const [entry, taken, grant] = await credits.transactions(customer);
      expect([entry?.type, taken?.type, grant?.type]).toEqual(['consumption', 'hold', 'grant']);
      expect(entry).toEqual({
        id: transaction.id,
        type: 'consumption',
        delta: -7_000,
        balance_delta: -7_000,
        reserved_delta: -10_000,
        balance_after: 93_000,
        reserved_after: 0,
        reference_id: held.id,
        billable_metric_key: metric,
        units: 7,
        reason: null,
        metadata: {},
        blocks: [{ block_id: grant!.blocks[0]!.block_id, amount: -7_000 }],
        occurred_at: null,
        created_at: transaction.created_at,
      });
    });

    test('takes the most units that can be counted, and collects what there is', async () => {
      const customer = await credits.open(largest);
      const held = await credits.hold(customer, await credits.metricAt(1), 1);
      expect(await credits.commit(held, largest)).toMatchObject({
        actual_units: largest,
        actual_cost: largest,
        uncollected: 0,
        account: balances(0),
      });
    });
  });

  describe('200 of several commits on one hold', () => {
    test('keeps the hold active with what is left of it until the last one', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(await credits.commit(held, 4, { final: false })).toEqual({
        reservation_id: held.id,
        status: 'active',
        estimated_units: 10,
        actual_units: 4,
        estimated_cost: 10_000,
        actual_cost: 4_000,
        released: 0,
        uncollected: 0,
        transaction: { id: uuid, delta: -4_000, type: 'consumption', created_at: wireTime(clock) },
        account: balances(96_000, 6_000),
      });
      expect(await credits.getHold(held)).toMatchObject({
        status: 'active',
        committed_units: 4,
        committed_cost: 4_000,
      });
      expect(await credits.commit(held, 3)).toMatchObject({
        status: 'committed',
        actual_units: 3,
        actual_cost: 3_000,
        released: 3_000,
        account: balances(93_000),
      });
      expect(await credits.getHold(held)).toMatchObject({
        status: 'committed',
        committed_units: 7,
        committed_cost: 7_000,
      });
    });

    test('price all units together, as one commit would have', async () => {
      const tiers = [
        { up_to: 10, unit_cost: 100, flat_cost: 1_000 },
        { up_to: null, unit_cost: 10, flat_cost: 500 },
      ];
      const customer = await credits.open(100_000);
      for (const [prices, costs] of [
        [{ cost_type: 'flat', flat_cost: 5_000 }, [5_000, 0, 0]],
        [{ cost_type: 'package', package_size: 10, package_cost: 900 }, [900, 900, 0]],
        [{ cost_type: 'tiered', mode: 'graduated', tiers }, [1_800, 720, 10]],
      ] as const) {
        const held = await credits.hold(customer, await credits.metric(prices), 20);
        const results = [];
        for (const [units, final] of [
          [8, false],
          [4, false],
          [1, true],
        ] as const)
          results.push(await credits.commit(held, units, { final }));
        expect(results.map(({ actual_cost: cost }) => cost)).toEqual(costs);
      }
    });

    test('go on with what is free once the hold is used up', async () => {
      const customer = await credits.open(12_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      await credits.commit(held, 10, { final: false });
      expect(await credits.getHold(held)).toMatchObject({ status: 'active', account: balances(2_000) });
      expect(await credits.commit(held, 3, { final: false })).toMatchObject({ actual_cost: 2_000, uncollected: 1_000 });
      expect(await credits.commit(held, 0)).toMatchObject({ status: 'committed', actual_cost: 0, released: 0 });
    });

    test('leave to a release what they left', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      await credits.commit(held, 4, { final: false });
      expect(await credits.release(held)).toMatchObject({ released: 6_000, account: balances(96_000) });
    });

    test('give back what they left when the hold expires, and what they debited stays debited', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10, { ttl_seconds: 60 });
      await credits.commit(held, 4, { final: false });
      await clock.advance({ seconds: 60 });
      expect(await credits.balances(customer)).toEqual(balances(96_000));
      expect(await credits.getHold(held)).toMatchObject({
        status: 'expired',
        committed_units: 4,
        committed_cost: 4_000,
      });
    });

    test('merge their metadata one after the other', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      await credits.commit(held, 1, { final: false, metadata: { a: 1, b: 1 } });
      await credits.commit(held, 1, { metadata: { b: 2 } });
      expect(await credits.getHold(held)).toMatchObject({ metadata: { a: 1, b: 2 } });
    });
  });

  describe('400', () => {
    const refuse = async (body: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10, {
        metadata: { text: 'x'.repeat(4_000) },
      });
      const before = await credits.everythingOf(customer);
      expectFaults(await credits.askCommit(held, 7, body), ...faults);
      expect(await credits.everythingOf(customer)).toEqual(before);
    };

    test('refuses units below 0', () => refuse({ actual_units: -1 }, ['/actual_units', 'minimum']));
    test('refuses half a unit', () => refuse({ actual_units: 1.5 }, ['/actual_units', 'type']));
    test('refuses 2^53 units', () => refuse({ actual_units: 2 ** 53 }, ['/actual_units', 'maximum']));
    test('refuses to guess the units', () => refuse({ actual_units: undefined }, ['/actual_units', 'required']));
    test('refuses a final that is neither true nor false', () => refuse({ final: 'no' }, ['/final', 'type']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { more: 'x'.repeat(4_096) } }, ['/metadata', 'maxBytes']));
    test('refuses metadata that together with what there is has more than 4 KiB', () =>
      refuse({ metadata: { more: 'x'.repeat(100) } }, ['/metadata', 'maxBytes']));
    test('refuses a price beyond 2^53 - 1', () => refuse({ actual_units: largest }, ['/actual_units', 'maximum']));
    test('refuses a field that it does not know', () => refuse({ units: 1 }, ['/units', 'additionalProperties']));

    testMalformedHoldId(scenario, (client, held) => client.askCommit(held, 1));
  });

  describe('404', () => testUnknownHold(scenario, (client, held) => client.askCommit(held, 1)));

  describe('409', () => testEndedHold(scenario, (client, held) => client.askCommit(held, 7)));

  describeAnyWrite(scenario, { method: 'POST', path: '/v1/reserve/any/commit' }, async () => {
    const customer = await credits.open(100_000);
    const { id } = await credits.hold(customer, await credits.metricAt(1_000), 10);
    return { method: 'POST', path: `/v1/reserve/${id}/commit`, body: { actual_units: 7, final: true } };
  });
});
