import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CapacityClient, paths, pathWith } from './capacity-client.ts';
import { dayMs, firstBookable, gridTime, interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectSentence, noTime, offGrid } from './refusals.ts';

const path = paths.windows;

describeTargets('findCapacityWindows', (scenario) => {
  const { clock, send } = scenario;
  const capacity = new CapacityClient(scenario);
  const others = new CapacityClient(scenario, apiKeys.otherTenant);

  const within = (fromMs: number, quarters: number) => ({
    from: gridTime(fromMs),
    to: gridTime(fromMs + quarters * quarterMs),
  });

  describe('200', () => {
    test('finds the earliest stretches in which the memory fits all through, with exactly these members', async () => {
      const day = newDay(clock);
      await capacity.reserve([interval(day + 2 * quarterMs, 1_000), interval(day + 3 * quarterMs, 24)]);
      const query = { ...within(day, 8), durationMinutes: 30, capacityGb: 64 };
      const answer = await capacity.askFor(path, query);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        ...query,
        windows: [
          { startsAt: gridTime(day), endsAt: gridTime(day + 2 * quarterMs), reservableGb: 1_024 },
          { startsAt: gridTime(day + 3 * quarterMs), endsAt: gridTime(day + 5 * quarterMs), reservableGb: 1_000 },
          { startsAt: gridTime(day + 5 * quarterMs), endsAt: gridTime(day + 7 * quarterMs), reservableGb: 1_024 },
        ],
      });
    });

    test('says what is left in the fullest interval of a window, all of which can be reserved', async () => {
      const day = newDay(clock);
      await capacity.limitDay(day, { platform_capacity_gb: 512 });
      await others.reserve([interval(day + quarterMs, 200)]);
      await capacity.reserve([interval(day + 2 * quarterMs, 100)]);
      const [found] = await capacity.windows({ ...within(day, 4), durationMinutes: 60, capacityGb: 4 });
      expect(found).toEqual({ startsAt: gridTime(day), endsAt: gridTime(day + 4 * quarterMs), reservableGb: 312 });
      await capacity.reserve(intervals(day, 4, 312));
    });

    test('finds what fits to the last GB, and nothing of a GB less', async () => {
      const day = newDay(clock);
      await capacity.reserve([interval(day, 960)]);
      const query = { ...within(day, 1), durationMinutes: 15 };
      expect(await capacity.windows({ ...query, capacityGb: 64 })).toHaveLength(1);
      expect(await capacity.windows({ ...query, capacityGb: 68 })).toEqual([]);
    });

    test('finds one that is as long as the time that is searched, and none that is longer', async () => {
      const day = newDay(clock);
      const query = { ...within(day, 8), capacityGb: 4 };
      expect(await capacity.windows({ ...query, durationMinutes: 120 })).toHaveLength(1);
      expect(await capacity.windows({ ...query, durationMinutes: 135 })).toEqual([]);
    });

    test('goes on over midnight', async () => {
      const day = newDay(clock, 2);
      await capacity.reserve([...intervals(day, 94, 1_024), ...intervals(day + 98 * quarterMs, 10, 1_024)]);
      const found = await capacity.windows({ ...within(day, 108), durationMinutes: 60, capacityGb: 4 });
      expect(found).toEqual([
        { startsAt: gridTime(day + 94 * quarterMs), endsAt: gridTime(day + 98 * quarterMs), reservableGb: 1_024 },
      ]);
    });

    test('finds at most 100, the earliest, none of which overlaps another', async () => {
      const day = newDay(clock, 35);
      const found = await capacity.windows({ ...within(day, 35 * 96), durationMinutes: 30, capacityGb: 4 });
      expect(found.map(({ startsAt }) => startsAt)).toEqual(
        Array.from({ length: 100 }, (_, index) => gridTime(day + 2 * index * quarterMs)),
      );
    });

    test('finds 35 days in 35 days', async () => {
      const day = newDay(clock, 35);
      const query = { from: gridTime(day), to: gridTime(day + 35 * dayMs), durationMinutes: 50_400, capacityGb: 1_024 };
      expect(await capacity.windows(query)).toEqual([{ startsAt: query.from, endsAt: query.to, reservableGb: 1_024 }]);
    });

    test('finds nothing that is too soon to be reserved', async () => {
      const firstMs = firstBookable(clock);
      const found = await capacity.windows({
        ...within(firstMs - 8 * quarterMs, 10),
        durationMinutes: 15,
        capacityGb: 4,
      });
      expect(found.map(({ startsAt }) => startsAt)).toEqual([gridTime(firstMs), gridTime(firstMs + quarterMs)]);
    });

    test('finds nothing where more is wanted than there ever is', async () => {
      expect(await capacity.windows({ ...within(newDay(clock), 8), durationMinutes: 15, capacityGb: 1_028 })).toEqual(
        [],
      );
    });

    test('holds nothing', async () => {
      const day = newDay(clock);
      const query = { ...within(day, 2), durationMinutes: 30, capacityGb: 1_024 };
      expect(await capacity.windows(query)).toEqual(await capacity.windows(query));
      expect(await capacity.reserved(day)).toEqual({});
      await capacity.reserve(intervals(day, 2, 1_024));
      expect(await capacity.windows(query)).toEqual([]);
    });

    test('is there for HEAD too, without a body', async () => {
      const query = { ...within(newDay(clock), 8), durationMinutes: 15, capacityGb: 4 };
      expect(await send('HEAD', pathWith(path, query))).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    const [noon, one] = ['2096-02-29T12:00:00Z', '2096-02-29T13:00:00Z'];
    const refuse = async (change: object, sentence: string | RegExp) => {
      const query = Object.entries({ durationMinutes: 15, capacityGb: 4, from: noon, to: one, ...change }).filter(
        ([, value]) => value !== undefined,
      );
      expectSentence(await capacity.askFor(path, Object.fromEntries(query)), sentence);
    };

    test.each(['durationMinutes', 'capacityGb', 'from', 'to'])('refuses to guess %s', (name) =>
      refuse({ [name]: undefined }, `query.${name} is missing: must be given`),
    );
    test('refuses no length', () => refuse({ durationMinutes: 0 }, 'query.durationMinutes is 0: must be >= 15'));
    test('refuses 20 minutes', () =>
      refuse({ durationMinutes: 20 }, 'query.durationMinutes is 20: must be a multiple of 15'));
    test('refuses more than 35 days', () =>
      refuse({ durationMinutes: 50_415 }, 'query.durationMinutes is 50415: must be <= 50400'));
    test('refuses words', () =>
      refuse({ durationMinutes: 'hour' }, 'query.durationMinutes is "hour": must be integer'));
    test('refuses 5 GB', () => refuse({ capacityGb: 5 }, 'query.capacityGb is 5: must be a multiple of 4'));
    test('refuses 0 GB', () => refuse({ capacityGb: 0 }, 'query.capacityGb is 0: must be >= 4'));
    test('refuses another zone', () =>
      refuse({ from: '2096-02-29T12:00:00+01:00' }, `query.from is "2096-02-29T12:00:00+01:00": ${noTime}`));
    test('refuses a start off the grid', () =>
      refuse({ from: '2096-02-29T12:01:00Z' }, `query.from is "2096-02-29T12:01:00Z": ${offGrid}`));
    test('refuses an end off the grid', () =>
      refuse({ to: '2096-02-29T13:00:30Z' }, `query.to is "2096-02-29T13:00:30Z": ${offGrid}`));
    test('refuses an end before the start', () =>
      refuse({ to: noon }, `query.to is "${noon}": must be later than query.from`));
    test('refuses to search more than 35 days', () =>
      refuse(
        { to: '2096-04-04T12:15:00Z' },
        'query.to is "2096-04-04T12:15:00Z": must be at most 35 days after query.from',
      ));
    test('refuses a parameter that it does not know', () =>
      refuse({ limit: 1 }, 'query.limit is not a parameter of this operation'));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
