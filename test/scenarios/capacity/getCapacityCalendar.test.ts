import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CapacityClient, paths } from './capacity-client.ts';
import { dayMs, firstBookable, gridTime, interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectSentence, noTime, offGrid } from './refusals.ts';

const path = paths.calendar;

describeTargets('getCapacityCalendar', (scenario) => {
  const { clock, send } = scenario;
  const capacity = new CapacityClient(scenario);
  const others = new CapacityClient(scenario, apiKeys.otherTenant);

  describe('200', () => {
    test('shows each interval, its limit, what is reserved and what still can be, with exactly these members', async () => {
      const day = newDay(clock);
      await capacity.reserve([interval(day + quarterMs, 64)]);
      const [from, quarterPast, to] = [gridTime(day), gridTime(day + quarterMs), gridTime(day + 2 * quarterMs)];
      const answer = await capacity.askFor(path, { from, to });
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        from,
        to,
        resource: 'memory_gb',
        intervals: [
          { startsAt: from, endsAt: quarterPast, reservationLimitGb: 1_024, reservedGb: 0, reservableGb: 1_024 },
          { startsAt: quarterPast, endsAt: to, reservationLimitGb: 1_024, reservedGb: 64, reservableGb: 960 },
        ],
      });
    });

    test('takes from and to in each form of UTC, and answers without decimals', async () => {
      const day = newDay(clock);
      const [from, to] = [gridTime(day), gridTime(day + quarterMs)];
      const answer = await capacity.askFor(path, { from: from.replace('Z', '.000Z'), to: to.replace('Z', '+00:00') });
      expect(answer).toMatchObject({ status: 200, json: { from, to, intervals: [{ startsAt: from, endsAt: to }] } });
    });

    test('shows 35 days, 3,360 intervals without a gap, of which each has its own figures', async () => {
      const day = newDay(clock, 35);
      const wanted = intervals(day, 3_000).map((one, index) => ({ ...one, capacityGb: 4 + 4 * (index % 11) }));
      await capacity.reserve(wanted);
      const rows = await capacity.calendar(day, day + 35 * dayMs);
      const starts = Array.from({ length: 3_360 }, (_, index) => day + index * quarterMs);
      expect(rows).toEqual(
        starts.map((startMs, index) => {
          const reservedGb = wanted[index]?.capacityGb ?? 0;
          const times = { startsAt: gridTime(startMs), endsAt: gridTime(startMs + quarterMs) };
          return { ...times, reservationLimitGb: 1_024, reservedGb, reservableGb: 1_024 - reservedGb };
        }),
      );
    });

    test('starts and ends where it is told, in the middle of days too', async () => {
      const day = newDay(clock, 2);
      await capacity.reserve([interval(day + 90 * quarterMs, 8), interval(day + 97 * quarterMs, 16)]);
      const rows = await capacity.calendar(day + 90 * quarterMs, day + 98 * quarterMs);
      expect(rows.map(({ reservedGb }) => reservedGb)).toEqual([8, 0, 0, 0, 0, 0, 0, 16]);
    });

    test('never shows what others have reserved, only that there is less left of the platform', async () => {
      const day = newDay(clock);
      await capacity.limitDay(day, { platform_capacity_gb: 1_200 });
      await capacity.reserve([interval(day, 64)]);
      await others.reserve([
        interval(day, 1_000),
        interval(day + quarterMs, 100),
        interval(day + 2 * quarterMs, 1_024),
      ]);
      const figures = async (client: CapacityClient) =>
        (await client.calendar(day, day + 4 * quarterMs)).map((row) => [
          row.reservationLimitGb,
          row.reservedGb,
          row.reservableGb,
        ]);
      expect(await figures(capacity)).toEqual([
        [1_024, 64, 136],
        [1_024, 0, 1_024],
        [1_024, 0, 176],
        [1_024, 0, 1_024],
      ]);
      expect(await figures(others)).toEqual([
        [1_024, 1_000, 24],
        [1_024, 100, 924],
        [1_024, 1_024, 0],
        [1_024, 0, 1_024],
      ]);
    });

    test('shows nothing of the other environment', async () => {
      const day = newDay(clock);
      await new CapacityClient(scenario, apiKeys.test).reserve([interval(day, 1_024)]);
      expect((await capacity.calendar(day))[0]).toMatchObject({ reservedGb: 0, reservableGb: 1_024 });
    });

    test('shows the cap that the org has at each time', async () => {
      const day = newDay(clock);
      await capacity.setLimits({ org_cap_gb: 96, from: gridTime(day + quarterMs), to: gridTime(day + 2 * quarterMs) });
      await capacity.reserve(intervals(day, 3, 96));
      const rows = await capacity.calendar(day, day + 3 * quarterMs);
      expect(rows.map((row) => [row.reservationLimitGb, row.reservableGb])).toEqual([
        [1_024, 928],
        [96, 0],
        [1_024, 928],
      ]);
    });

    test.each([{ org_cap_gb: 20 }, { platform_capacity_gb: 20 }])(
      'has 0 left, never less, below what is reserved: %j',
      async (limits) => {
        const day = newDay(clock);
        await capacity.reserve([interval(day, 64)]);
        await capacity.limitDay(day, limits);
        const reservationLimitGb = limits.org_cap_gb ?? 1_024;
        expect((await capacity.calendar(day))[0]).toMatchObject({
          reservationLimitGb,
          reservedGb: 64,
          reservableGb: 0,
        });
      },
    );

    test('lists intervals that are too soon and those that are past, with 0 left, as the server would have it', async () => {
      const firstMs = firstBookable(clock);
      const rows = await capacity.calendar(firstMs - 5 * quarterMs, firstMs + 2 * quarterMs);
      expect(rows.map(({ reservationLimitGb }) => reservationLimitGb)).toEqual(Array(7).fill(1_024));
      expect(rows.map(({ reservableGb }) => reservableGb)).toEqual([0, 0, 0, 0, 0, 1_024, 1_024]);
    });

    test('promises what a reservation then gets, and not a GB more', async () => {
      const day = newDay(clock);
      await capacity.limitDay(day, { platform_capacity_gb: 512 });
      await others.reserve(intervals(day, 4, 100));
      await capacity.reserve([interval(day, 60), interval(day + 2 * quarterMs, 412)]);
      const left = (await capacity.calendar(day, day + 4 * quarterMs)).map(({ reservableGb }) => reservableGb);
      expect(left).toEqual([352, 412, 0, 412]);
      for (const [index, leftGb] of left.entries()) {
        const at = day + index * quarterMs;
        expect((await capacity.askReserve([interval(at, leftGb + 4)])).status).toBe(409);
        if (leftGb > 0) await capacity.reserve([interval(at, leftGb)]);
      }
    });

    test('holds nothing', async () => {
      const day = newDay(clock);
      await capacity.calendar(day);
      await others.reserve([interval(day, 1_024)]);
      await capacity.reserve([interval(day, 1_024)]);
    });

    test('is there for HEAD too, without a body', async () => {
      const day = newDay(clock);
      expect(await send('HEAD', `${path}?from=${gridTime(day)}&to=${gridTime(day + dayMs)}`)).toMatchObject({
        status: 200,
        text: '',
      });
    });
  });

  scenario.describeGateway('400', () => {
    const day = '2096-02-29';
    const noon = `${day}T12:00:00Z`;
    const refuse = async (query: Readonly<Record<string, string>>, sentence: string | RegExp) => {
      expectSentence(await capacity.askFor(path, query), sentence);
    };

    test('refuses to guess from', () => refuse({ to: noon }, 'query.from is missing: must be given'));
    test('refuses to guess to', () => refuse({ from: noon }, 'query.to is missing: must be given'));
    test('refuses another zone', () =>
      refuse({ from: `${day}T12:00:00+02:00`, to: noon }, `query.from is "${day}T12:00:00+02:00": ${noTime}`));
    test('refuses a day that never is', () =>
      refuse({ from: '2095-02-29T00:00:00Z', to: noon }, `query.from is "2095-02-29T00:00:00Z": ${noTime}`));
    test('refuses a start off the grid', () =>
      refuse({ from: `${day}T11:50:00Z`, to: noon }, `query.from is "${day}T11:50:00Z": ${offGrid}`));
    test('refuses an end off the grid', () =>
      refuse({ from: noon, to: `${day}T13:00:01Z` }, `query.to is "${day}T13:00:01Z": ${offGrid}`));
    test('refuses a millisecond', () =>
      refuse({ from: noon, to: `${day}T13:00:00.001Z` }, `query.to is "${day}T13:00:00.001Z": ${offGrid}`));
    test('refuses no time at all', () =>
      refuse({ from: noon, to: noon }, `query.to is "${noon}": must be later than query.from`));
    test('refuses an end before the start', () =>
      refuse({ from: noon, to: `${day}T11:45:00Z` }, `query.to is "${day}T11:45:00Z": must be later than query.from`));
    test('refuses 15 minutes more than 35 days', () =>
      refuse(
        { from: noon, to: '2096-04-04T12:15:00Z' },
        'query.to is "2096-04-04T12:15:00Z": must be at most 35 days after query.from',
      ));
    test('refuses a year', () =>
      refuse(
        { from: noon, to: '2097-02-28T12:00:00Z' },
        /^query\.to is "2097-.*": must be at most 35 days after query\.from$/u,
      ));
    test('refuses a parameter that it does not know', () =>
      refuse({ from: noon, to: noon, tenant: 'other' }, 'query.tenant is not a parameter of this operation'));

    test('takes 35 days, which is the most', async () => {
      const answer = await capacity.askFor(path, { from: noon, to: '2096-04-04T12:00:00Z' });
      expect(answer.status).toBe(200);
      expect((answer.json as { intervals: readonly object[] }).intervals).toHaveLength(3_360);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
