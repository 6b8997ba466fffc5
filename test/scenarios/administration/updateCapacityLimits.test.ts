import { beforeEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CapacityClient, paths, shortfall } from '../capacity/capacity-client.ts';
import { dayMs, gridTime, interval, intervals, newDay, quarterMs } from '../capacity/grid.ts';
import { expectShortfalls } from '../capacity/refusals.ts';
import { UsageClient } from '../capacity/usage-client.ts';
import { expectFaults } from '../credits/problems.ts';
import {
  testBodyTooLarge,
  testIdempotencyKeyConflict,
  testReplay,
  testUnauthorized,
  testUnsupportedMediaType,
} from '../every-operation.ts';
import { expectForbidden } from './forbidden.ts';
import { resetLimits } from './reset-limits.ts';

const path = paths.limits;
const rates = { reserved_micros_per_gb_hour: 12_000, on_demand_micros_per_gb_hour: 60_000 };
const usual = { tenant_id: null, platform_capacity_gb: 4_096, org_cap_gb: 1_024, ...rates, ranges: [] };

describeTargets('updateCapacityLimits', (scenario) => {
  const { clock, send } = scenario;
  const capacity = new CapacityClient(scenario);
  const others = new CapacityClient(scenario, apiKeys.otherTenant);

  beforeEach(() => resetLimits(capacity, 'default', 'other', 'acme'));

  /** So many quarters of an hour of a day. */
  const quarters = (day: number, from: number, to: number) => ({
    from: gridTime(day + from * quarterMs),
    to: gridTime(day + to * quarterMs),
  });
  const capsOf = async (client: CapacityClient, day: number, count: number) =>
    (await client.calendar(day, day + count * quarterMs)).map(({ reservationLimitGb }) => reservationLimitGb);
  const leftOf = async (client: CapacityClient, day: number, count: number) =>
    (await client.calendar(day, day + count * quarterMs)).map(({ reservableGb }) => reservableGb);

  describe('200', () => {
    test.each([
      { platform_capacity_gb: 8_192 },
      { org_cap_gb: 2_048 },
      { platform_capacity_gb: 0, org_cap_gb: 0 },
      { platform_capacity_gb: 800_000_000, org_cap_gb: 800_000_000 },
      { reserved_micros_per_gb_hour: 0, on_demand_micros_per_gb_hour: 1_000_000 },
      { org_cap_gb: 7 },
    ])('sets what is given, leaves the rest, and answers with what holds now: %j', async (change) => {
      const answer = await send('PUT', path, { body: change });
      expect([answer.status, answer.json]).toEqual([200, { ...usual, ...change }]);
      expect(await capacity.limits()).toEqual({ ...usual, ...change });
    });

    test('takes back what was set by null, and only that', async () => {
      await capacity.setLimits({ platform_capacity_gb: 64, org_cap_gb: 32 });
      expect(await capacity.setLimits({ platform_capacity_gb: null })).toEqual({ ...usual, org_cap_gb: 32 });
      expect(await capacity.setLimits({ org_cap_gb: null })).toEqual(usual);
      expect(await capacity.setLimits({ org_cap_gb: null })).toEqual(usual);
    });

    test('sets one tenant’s cap, whatever the default, until null takes it back', async () => {
      expect(await capacity.setLimits({ tenant_id: 'acme', org_cap_gb: 64 })).toEqual({
        ...usual,
        tenant_id: 'acme',
        org_cap_gb: 64,
      });
      expect(await capacity.setLimits({ org_cap_gb: 512 })).toEqual({ ...usual, org_cap_gb: 512 });
      expect(await capacity.limits({ tenant_id: 'acme' })).toMatchObject({ org_cap_gb: 64 });
      expect(await capacity.setLimits({ tenant_id: 'acme', org_cap_gb: null })).toMatchObject({
        tenant_id: 'acme',
        org_cap_gb: 512,
      });
    });

    test('counts for reservations from now on: what did not fit does, and what did no longer does', async () => {
      const wanted = interval(newDay(clock), 1_536);
      expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, 1_024)]);
      await capacity.setLimits({ org_cap_gb: 2_048 });
      await capacity.reserve([wanted]);
      const more = { ...wanted, capacityGb: 4 };
      await capacity.setLimits({ platform_capacity_gb: 1_538 });
      expectShortfalls(await capacity.askReserve([more]), [shortfall(more, 2)]);
    });

    test('keeps what is reserved when a limit is lowered below it, of which 0 is left, until it is raised again', async () => {
      const day = newDay(clock);
      await capacity.reserve(intervals(day, 2, 64));
      await capacity.setLimits({ org_cap_gb: 32 });
      const wanted = interval(day);
      expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, 0)]);
      expect([await leftOf(capacity, day, 3), await capsOf(capacity, day, 3)]).toEqual([
        [0, 0, 32],
        [32, 32, 32],
      ]);
      expect(Object.values(await capacity.reserved(day))).toEqual([64, 64]);
      await capacity.setLimits({ org_cap_gb: 68 });
      await capacity.reserve([wanted]);
    });

    test('sets a range, from its first interval to before its end, and nothing beside it', async () => {
      const day = newDay(clock);
      const range = quarters(day, 1, 3);
      const set = await capacity.setLimits({ org_cap_gb: 64, platform_capacity_gb: 96, ...range });
      expect(set).toEqual({ ...usual, ranges: [{ ...range, org_cap_gb: 64, platform_capacity_gb: 96 }] });
      expect(await capsOf(capacity, day, 4)).toEqual([1_024, 64, 64, 1_024]);
      await others.reserve(intervals(day, 4, 64));
      expect(await leftOf(capacity, day, 4)).toEqual([1_024, 32, 32, 1_024]);
    });

    test('takes a range in each form of UTC, and over a year’s end', async () => {
      const set = await capacity.setLimits({
        org_cap_gb: 64,
        from: '2096-12-31T23:45:00.000Z',
        to: '2097-01-01T00:15:00+00:00',
      });
      expect(set.ranges).toEqual([
        { from: '2096-12-31T23:45:00Z', to: '2097-01-01T00:15:00Z', platform_capacity_gb: null, org_cap_gb: 64 },
      ]);
      expect(await capsOf(capacity, Date.parse('2096-12-31T23:30:00Z'), 4)).toEqual([1_024, 64, 64, 1_024]);
    });

    test('lets the later of two ranges win where they overlap, and leaves the rest of the earlier', async () => {
      const day = newDay(clock);
      await capacity.setLimits({ org_cap_gb: 100, ...quarters(day, 0, 6) });
      await capacity.setLimits({ org_cap_gb: 200, ...quarters(day, 2, 4) });
      await capacity.setLimits({ org_cap_gb: 300, ...quarters(day, 5, 8) });
      const { ranges } = await capacity.setLimits({ platform_capacity_gb: 5_000, ...quarters(day, 5, 8) });
      expect(await capsOf(capacity, day, 9)).toEqual([100, 100, 200, 200, 100, 300, 300, 300, 1_024]);
      expect(ranges).toEqual([
        { ...quarters(day, 0, 2), platform_capacity_gb: null, org_cap_gb: 100 },
        { ...quarters(day, 2, 4), platform_capacity_gb: null, org_cap_gb: 200 },
        { ...quarters(day, 4, 5), platform_capacity_gb: null, org_cap_gb: 100 },
        { ...quarters(day, 5, 8), platform_capacity_gb: 5_000, org_cap_gb: 300 },
      ]);
    });

    test('takes a range back by null, or a part of it', async () => {
      const day = newDay(clock);
      await capacity.setLimits({ org_cap_gb: 100, ...quarters(day, 0, 6) });
      await capacity.setLimits({ org_cap_gb: null, ...quarters(day, 2, 4) });
      expect(await capsOf(capacity, day, 6)).toEqual([100, 100, 1_024, 1_024, 100, 100]);
      expect(await capacity.setLimits({ org_cap_gb: null, ...quarters(day, 0, 6) })).toEqual(usual);
    });

    test('lets the more specific win: a tenant’s range, a tenant’s cap, a range for all, the default', async () => {
      const day = newDay(clock);
      await capacity.setLimits({ org_cap_gb: 900 });
      await capacity.setLimits({ org_cap_gb: 800, ...quarters(day, 1, 4) });
      expect(await capsOf(others, day, 4)).toEqual([900, 800, 800, 800]);
      await capacity.setLimits({ tenant_id: 'other', org_cap_gb: 600, ...quarters(day, 3, 4) });
      expect(await capsOf(others, day, 4)).toEqual([900, 800, 800, 600]);
      await capacity.setLimits({ tenant_id: 'other', org_cap_gb: 700 });
      expect(await capsOf(others, day, 4)).toEqual([700, 700, 700, 600]);
      expect(await capsOf(capacity, day, 4)).toEqual([900, 800, 800, 800]);
      await capacity.setLimits({ tenant_id: 'other', org_cap_gb: null });
      expect(await capsOf(others, day, 4)).toEqual([900, 800, 800, 600]);
    });

    test('sets rates from the next interval on, also for what is reserved, and earlier intervals keep theirs', async () => {
      const usage = new UsageClient(scenario);
      const startMs = await usage.ahead(16, 16, 16);
      await usage.moveTo(startMs + quarterMs);
      await usage.record(scenario.unique('workload'), startMs, [0, 17]);
      const cheap = { reserved_micros_per_gb_hour: 9_000, on_demand_micros_per_gb_hour: 36_000 };
      expect(await capacity.setLimits(cheap)).toEqual({ ...usual, ...cheap });
      expect(await capacity.quote([interval(newDay(clock), 16)])).toMatchObject({ reservedCostMicros: 36_000 });
      await usage.moveTo(startMs + 3 * quarterMs);
      const costs = async () => {
        const { intervals: rows, totals } = await usage.read(startMs, 3);
        return [...rows, totals].map(({ reservedCostMicros, overageCostMicros }) => [
          reservedCostMicros,
          overageCostMicros,
        ]);
      };
      const charged = [
        [48_000, 15_000],
        [48_000, 15_000],
        [36_000, 9_000],
        [132_000, 39_000],
      ];
      expect(await costs()).toEqual(charged);
      expect(
        await capacity.setLimits({ reserved_micros_per_gb_hour: null, on_demand_micros_per_gb_hour: null }),
      ).toEqual(usual);
      expect(await costs()).toEqual(charged);
      await usage.endAll();
    });

    test('gives no tenant more than the platform has', async () => {
      const wanted = interval(newDay(clock), 8_192);
      await capacity.setLimits({ tenant_id: 'default', org_cap_gb: 10_000 });
      expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, 4_096)]);
    });
  });

  describe('400', () => {
    const refuse = async (body: unknown, ...faults: Parameters<typeof expectFaults>[1][]) => {
      expectFaults(await capacity.ask('PUT', path, body), ...faults);
      for (const query of [{}, { tenant_id: 'acme' }])
        expect(await capacity.limits(query)).toEqual({ ...usual, tenant_id: null, ...query });
    };
    const range = { from: '2096-12-24T00:00:00Z', to: '2096-12-27T00:00:00Z' };

    test('refuses to change nothing', () => refuse({}, ['body', 'minProperties']));
    test('refuses to guess a tenant’s cap', () => refuse({ tenant_id: 'acme' }, ['/org_cap_gb', 'required']));
    test('refuses to guess what is for a range', () => refuse(range, ['/org_cap_gb', 'required']));
    test('refuses a platform for a tenant', () =>
      refuse({ tenant_id: 'acme', platform_capacity_gb: 64, org_cap_gb: 8 }, ['/platform_capacity_gb', 'not']));
    test('refuses a platform for a tenant, also to take it back', () =>
      refuse({ tenant_id: 'acme', platform_capacity_gb: null }, ['/platform_capacity_gb', 'not']));
    test('refuses to guess where a range ends', () =>
      refuse({ org_cap_gb: 8, from: range.from }, ['/to', 'dependentRequired']));
    test('refuses to guess where a range begins', () =>
      refuse({ org_cap_gb: 8, to: range.to }, ['/from', 'dependentRequired']));
    test('says all that is wrong with what goes together', () =>
      refuse(
        { tenant_id: 'acme', platform_capacity_gb: 64, to: range.to },
        ['/platform_capacity_gb', 'not'],
        ['/from', 'dependentRequired'],
      ));
    test('refuses a range off the grid', () =>
      refuse({ org_cap_gb: 8, ...range, from: '2096-12-24T00:10:00Z' }, ['/from', 'grid']));
    test('refuses an end off the grid', () =>
      refuse({ org_cap_gb: 8, ...range, to: '2096-12-24T00:15:01Z' }, ['/to', 'grid']));
    test('refuses a range of no length', () => refuse({ org_cap_gb: 8, ...range, to: range.from }, ['/to', 'after']));
    test('refuses a range that ends before it begins', () =>
      refuse({ org_cap_gb: 8, from: range.to, to: range.from }, ['/to', 'after']));
    test('refuses another zone', () =>
      refuse({ org_cap_gb: 8, ...range, to: '2096-12-27T00:00:00+01:00' }, ['/to', 'pattern']));
    test('refuses a day that never is', () =>
      refuse({ org_cap_gb: 8, ...range, to: '2097-02-29T00:00:00Z' }, ['/to', 'format']));
    test('refuses less than 0', () => refuse({ org_cap_gb: -4 }, ['/org_cap_gb', 'minimum']));
    test('refuses more than a billion', () =>
      refuse({ platform_capacity_gb: 1_000_000_001 }, ['/platform_capacity_gb', 'maximum']));
    test.each<[object, string]>([
      [{ reserved_micros_per_gb_hour: 1, tenant_id: 'acme' }, 'reserved_micros_per_gb_hour'],
      [{ on_demand_micros_per_gb_hour: null, org_cap_gb: 8, ...range }, 'on_demand_micros_per_gb_hour'],
    ])('refuses rates for a tenant or a range: %j', (body, member) => refuse(body, [`/${member}`, 'not']));
    test('refuses a rate of more than a billion', () =>
      refuse({ on_demand_micros_per_gb_hour: 1_000_000_001 }, ['/on_demand_micros_per_gb_hour', 'maximum']));

    describe('because something could cost more than can be said exactly', () => {
      const tooDear = async (body: object, words: string, ...members: readonly string[]) => {
        const answer = await capacity.ask('PUT', path, body);
        expectFaults(answer, ...members.map((member): [string, string] => [`/${member}`, 'maximum']));
        expect(answer.text).toContain(words);
        expect(await capacity.limits()).toEqual(usual);
      };
      const sum = '35 days of 1000000000 GB at 12000 micro-dollars a GB-hour come to 10080000000000000 micro-dollars';

      test('refuses limits, with the sum', () =>
        tooDear(
          { platform_capacity_gb: 1_000_000_000, org_cap_gb: 1_000_000_000 },
          sum,
          'platform_capacity_gb',
          'org_cap_gb',
        ));
      test('refuses a rate for on-demand use, with the sum', () =>
        tooDear(
          { on_demand_micros_per_gb_hour: 1_072_286 },
          '35 days of 10000000 GB at 1072286 micro-dollars a GB-hour come to 9007202400000000 micro-dollars',
          'on_demand_micros_per_gb_hour',
        ));
      test('refuses a cap for one tenant and a time like one for all', async () => {
        await capacity.setLimits({ platform_capacity_gb: 1_000_000_000, org_cap_gb: 800_000_000 });
        const answer = await capacity.ask('PUT', path, { tenant_id: 'acme', org_cap_gb: 1_000_000_000, ...range });
        expectFaults(answer, ['/org_cap_gb', 'maximum']);
        expect(answer.text).toContain(sum);
      });
      test('refuses a rate beside limits as they once were: what was reserved under them stays', async () => {
        await capacity.setLimits({ platform_capacity_gb: 800_000_000, org_cap_gb: 800_000_000 });
        await resetLimits(capacity);
        await tooDear(
          { reserved_micros_per_gb_hour: 14_000 },
          '35 days of 800000000 GB at 14000 micro-dollars a GB-hour come to 9408000000000000 micro-dollars',
          'reserved_micros_per_gb_hour',
        );
      });
    });

    test('refuses half a GB', () => refuse({ org_cap_gb: 4.5 }, ['/org_cap_gb', 'type']));
    test('refuses a number as text', () => refuse({ org_cap_gb: '64' }, ['/org_cap_gb', 'type']));
    test('refuses a tenant of no name', () => refuse({ tenant_id: '', org_cap_gb: 64 }, ['/tenant_id', 'minLength']));
    test('refuses a tenant of a name that is too long', () =>
      refuse({ tenant_id: 'x'.repeat(65), org_cap_gb: 64 }, ['/tenant_id', 'maxLength']));
    test('refuses a member that it does not know', () =>
      refuse({ orgCapGb: 64 }, ['/orgCapGb', 'additionalProperties']));
    test('refuses malformed JSON', () => refuse('{"org_cap_gb":', ['body', 'json']));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'PUT', path, body: {} }));

  describe('403', () => {
    test.each([{ org_cap_gb: 8_192 }, { tenant_id: 'other', org_cap_gb: 8_192 }, { platform_capacity_gb: null }])(
      'is the answer to a key without platform:admin, and nothing changes: %j',
      async (body) => {
        expectForbidden(await send('PUT', path, { body, apiKey: apiKeys.otherTenant }));
        expect(await capacity.limits()).toEqual(usual);
        expect(await capacity.limits({ tenant_id: 'other' })).toEqual({ ...usual, tenant_id: 'other' });
      },
    );

    test('comes before whatever is wrong with the request', async () => {
      const ask = (body: unknown) => send('PUT', path, { body, apiKey: apiKeys.otherTenant });
      expectForbidden(await ask({ tenant_id: 'other', platform_capacity_gb: 8 }));
      expectForbidden(await ask({ org_cap_gb: -1 }));
      expectForbidden(await ask('{'));
    });
  });

  let capGb = 2_000;
  const makeRequest = async () => {
    capGb += 1;
    return {
      method: 'PUT',
      path,
      body: {
        tenant_id: 'acme',
        org_cap_gb: capGb,
        from: gridTime(2_000_000 * quarterMs),
        to: gridTime(2_000_000 * quarterMs + dayMs),
      },
    };
  };
  describe('409', () => testIdempotencyKeyConflict(scenario, makeRequest, makeRequest));
  scenario.describeGateway('413', () => testBodyTooLarge(scenario, makeRequest));
  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, makeRequest));
  describe('again', () => testReplay(scenario, makeRequest));
});
