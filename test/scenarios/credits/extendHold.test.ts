import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import { testEndedHold } from './ended-hold.ts';
import { expectFaults, expectProblem, tooLittleForHold } from './problems.ts';
import { testMalformedHoldId, testUnknownHold } from './unknown-hold.ts';
import { uuid } from './uuid.ts';

const largest = Number.MAX_SAFE_INTEGER;

describeTargets('extendHold', (scenario) => {
  const { clock } = scenario;
  const credits = new CreditClient(scenario);

  const begin = async (balance: number, more: object = {}) => {
    const customer = await credits.open(balance);
    return { customer, held: await credits.hold(customer, await credits.metricAt(1_000), 10, more) };
  };

  describe('200', () => {
    test('holds more and for longer, and shows the hold as it is then', async () => {
      const { customer, held } = await begin(100_000, { ttl_seconds: 60, metadata: { job: 1 } });
      await clock.advance({ seconds: 30 });
      expect(await credits.extend(held, { additional_units: 5, ttl_seconds: 600 })).toEqual({
        ...held,
        estimated_units: 15,
        estimated_cost: 15_000,
        expires_at: wireTime(clock, 600),
        reference_id: uuid,
        committed_units: 0,
        committed_cost: 0,
        account: balances(100_000, 15_000),
      });
      expect(await credits.balances(customer)).toEqual(balances(100_000, 15_000));
    });

    test('holds more, and leaves the expiry', async () => {
      const { held } = await begin(100_000, { ttl_seconds: 60 });
      await clock.advance({ seconds: 30 });
      expect(await credits.extend(held, { additional_units: 5 })).toMatchObject({
        estimated_units: 15,
        expires_at: held.expires_at,
      });
    });

    test('holds for longer, counted from now, and leaves the units', async () => {
      const { held } = await begin(100_000, { ttl_seconds: 60 });
      await clock.advance({ milliseconds: 59_999 });
      const extended = await credits.extend(held, { ttl_seconds: 60 });
      expect(extended).toMatchObject({ estimated_units: 10, estimated_cost: 10_000, expires_at: wireTime(clock, 60) });
      await clock.advance({ milliseconds: 59_999 });
      expect(await credits.getHold(held)).toMatchObject({ status: 'active' });
      await clock.advance({ milliseconds: 1 });
      expect(await credits.getHold(held)).toMatchObject({ status: 'expired', account: balances(100_000) });
    });

    test('never makes it expire earlier', async () => {
      const { held } = await begin(100_000, { ttl_seconds: 600 });
      expect(await credits.extend(held, { ttl_seconds: 1 })).toMatchObject({ expires_at: held.expires_at });
    });

    test('clamps the TTL to a day', async () => {
      const { held } = await begin(100_000);
      expect(await credits.extend(held, { ttl_seconds: 1_000_000_000 })).toMatchObject({
        expires_at: wireTime(clock, 86_400),
      });
    });

    test('passes when the credits are just enough', async () => {
      const { held } = await begin(15_000);
      expect(await credits.extend(held, { additional_units: 5 })).toMatchObject({ account: balances(15_000, 15_000) });
    });

    test('is priced by the rule as it was at the hold, all units together', async () => {
      const customer = await credits.open(100_000);
      const tiers = [
        { up_to: 10, unit_cost: 1_000 },
        { up_to: null, unit_cost: 100 },
      ];
      const metric = await credits.metric({ cost_type: 'tiered', mode: 'graduated', tiers });
      const held = await credits.hold(customer, metric, 8);
      await credits.price(metric, { cost_type: 'flat', flat_cost: 1 });
      expect(await credits.extend(held, { additional_units: 4 })).toMatchObject({
        estimated_units: 12,
        estimated_cost: 10_200,
      });
      expect(await credits.commit(held, 12)).toMatchObject({ actual_cost: 10_200, released: 0 });
    });

    test('never gives credits back when more units are cheaper', async () => {
      const customer = await credits.open(100_000);
      const tiers = [
        { up_to: 10, unit_cost: 1_000 },
        { up_to: null, unit_cost: 100 },
      ];
      const held = await credits.hold(
        customer,
        await credits.metric({ cost_type: 'tiered', mode: 'volume', tiers }),
        10,
      );
      expect(await credits.extend(held, { additional_units: 10 })).toMatchObject({
        estimated_units: 20,
        estimated_cost: 10_000,
      });
      expect(await credits.commit(held, 20)).toMatchObject({ actual_cost: 2_000, released: 8_000 });
    });

    test('leaves an entry in the ledger for what it took, and none for time', async () => {
      const { customer, held } = await begin(100_000);
      await credits.extend(held, { ttl_seconds: 3_600 });
      await credits.extend(held, { additional_units: 5 });
      const [entry, first, ...rest] = await credits.transactions(customer);
      expect(entry).toMatchObject({
        type: 'hold',
        delta: -5_000,
        reserved_delta: 5_000,
        reserved_after: 15_000,
        units: 5,
        reference_id: held.id,
      });
      expect(first).toMatchObject({ type: 'hold', delta: -10_000, reference_id: held.id });
      expect(rest).toMatchObject([{ type: 'grant' }]);
    });

    test('after a commit that was not the last one, holds more on top of what is left', async () => {
      const { held } = await begin(100_000);
      await credits.commit(held, 8, { final: false });
      expect(await credits.extend(held, { additional_units: 5 })).toMatchObject({
        estimated_units: 15,
        committed_units: 8,
        account: balances(92_000, 7_000),
      });
      expect(await credits.commit(held, 7)).toMatchObject({
        actual_cost: 7_000,
        released: 0,
        account: balances(85_000),
      });
    });
  });

  describe('400', () => {
    const refuse = async (body: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const { customer, held } = await begin(100_000);
      const before = await credits.everythingOf(customer);
      expectFaults(await credits.askExtend(held, body), ...faults);
      expect(await credits.everythingOf(customer)).toEqual(before);
    };

    test('refuses to extend by nothing', () => refuse({}, ['body', 'minProperties']));
    test('refuses 0 units', () => refuse({ additional_units: 0 }, ['/additional_units', 'minimum']));
    test('refuses half a unit', () => refuse({ additional_units: 1.5 }, ['/additional_units', 'type']));
    test('refuses 2^53 units', () => refuse({ additional_units: 2 ** 53 }, ['/additional_units', 'maximum']));
    test('refuses a TTL of 0', () => refuse({ ttl_seconds: 0 }, ['/ttl_seconds', 'minimum']));
    test('refuses units that together are beyond 2^53 - 1', () =>
      refuse({ additional_units: largest }, ['/additional_units', 'maximum']));
    test('refuses a field that it does not know', () =>
      refuse({ ttlSeconds: 60 }, ['/ttlSeconds', 'additionalProperties']));

    testMalformedHoldId(scenario, (client, held) => client.askExtend(held, { ttl_seconds: 60 }));
  });

  describe('402', () => {
    test('is the answer when there is too little for the additional units, and nothing changes, not even the expiry', async () => {
      const { customer, held } = await begin(14_999, { ttl_seconds: 60 });
      const before = await credits.everythingOf(customer);
      const answer = await credits.askExtend(held, { additional_units: 5, ttl_seconds: 600 });
      expectProblem(answer, 'insufficient-credits', tooLittleForHold);
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test('is not the answer for more time alone, which costs nothing', async () => {
      const { held } = await begin(10_000);
      expect(await credits.askExtend(held, { ttl_seconds: 3_600 })).toMatchObject({ status: 200 });
    });
  });

  describe('404', () => testUnknownHold(scenario, (client, held) => client.askExtend(held, { ttl_seconds: 3_600 })));

  describe('409', () => testEndedHold(scenario, (client, held) => client.askExtend(held, { additional_units: 1 })));

  describeAnyWrite(scenario, { method: 'POST', path: '/v1/reserve/any/extend' }, async () => {
    const { held } = await begin(100_000);
    return { method: 'POST', path: `/v1/reserve/${held.id}/extend`, body: { additional_units: 1, ttl_seconds: 3_600 } };
  });
});
