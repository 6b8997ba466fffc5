import { afterEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { dayMs, gridTime, quarterMs } from './grid.ts';
import { expectSentence, noTime, offGrid } from './refusals.ts';
import { UsageClient } from './usage-client.ts';
import type { Amounts, Point } from './usage-client.ts';

const path = '/api/capacity/usage';
const example = `${path}?from=2026-11-21T09:00:00Z&to=2026-11-21T09:15:00Z`;
const rowsIn35Days = 3_360;

/** The published checks: 16 GB are reserved; and what the numbers in them come to. */
const checks: readonly [title: string, points: readonly Point[], overageGbSeconds: number, more: Partial<Amounts>][] = [
  [
    '600 s at 8, 60 s at 30, 240 s at 0',
    [
      [0, 8],
      [600, 30],
      [660, 0],
    ],
    840,
    { usedGbSeconds: 6_600, unusedGbSeconds: 8_640, overageCostMicros: 14_000 },
  ],
  [
    '24 throughout',
    [
      [0, 24],
      [900, 0],
    ],
    7_200,
    { usedGbSeconds: 21_600, unusedGbSeconds: 0, overageCostMicros: 120_000 },
  ],
  [
    '800 s at 4 and 100 s at 25',
    [
      [0, 4],
      [800, 25],
      [900, 0],
    ],
    900,
    { usedGbSeconds: 5_700, unusedGbSeconds: 9_600, overageCostMicros: 15_000 },
  ],
];

const nothing: Amounts = {
  reservedGbSeconds: 0,
  usedGbSeconds: 0,
  overageGbSeconds: 0,
  unusedGbSeconds: 0,
  reservedCostMicros: 0,
  overageCostMicros: 0,
};

describeTargets('getCapacityUsage', (scenario) => {
  const { send, unique } = scenario;
  const usage = new UsageClient(scenario);

  afterEach(() => usage.endAll());

  describe('200', () => {
    test('answers with exactly these members', async () => {
      const startMs = await usage.past(16);
      await usage.record(unique('workload'), startMs, [0, 8], [600, 30], [660, 0]);
      const amounts = {
        reservedGbSeconds: 14_400,
        usedGbSeconds: 6_600,
        overageGbSeconds: 840,
        unusedGbSeconds: 8_640,
        reservedCostMicros: 48_000,
        overageCostMicros: 14_000,
      };
      const [from, to] = [gridTime(startMs), gridTime(startMs + quarterMs)];
      const { status, json } = await usage.askRead(from, to);
      expect(status).toBe(200);
      expect(json).toEqual({
        from,
        to,
        intervals: [{ startsAt: from, endsAt: to, reservedGb: 16, ...amounts }],
        totals: amounts,
      });
    });

    test.each(checks)('charges 16 GB reserved, and as overage: %s', async (_title, points, overageGbSeconds, more) => {
      const startMs = await usage.past(16);
      await usage.record(unique('workload'), startMs, ...points);
      const reserved = { reservedGbSeconds: 14_400, reservedCostMicros: 48_000 };
      expect(await usage.amountsOf(startMs)).toEqual({ ...reserved, overageGbSeconds, ...more });
    });

    test('settles what many workloads use together, not each by itself', async () => {
      const startMs = await usage.past(16);
      for (const points of [
        [
          [0, 16],
          [60, 0],
        ],
        [
          [30, 16],
          [90, 0],
        ],
        [
          [45, 1],
          [50, 0],
        ],
      ] as const) {
        await usage.record(unique('workload'), startMs, ...points);
      }
      const overageGbSeconds = 16 * 30 + 5;
      const used = { usedGbSeconds: 2 * 16 * 60 + 5, overageGbSeconds, unusedGbSeconds: 14_400 - 16 * 90 };
      expect(await usage.amountsOf(startMs)).toMatchObject(used);
    });

    test('averages nothing, and carries nothing over', async () => {
      const startMs = await usage.past(16, 16);
      await usage.record(unique('workload'), startMs, [899, 1_000], [900, 0], [1_799, 17], [1_800, 0]);
      const { intervals } = await usage.read(startMs, 2);
      expect(intervals).toMatchObject([
        { usedGbSeconds: 1_000, overageGbSeconds: 984, unusedGbSeconds: 14_384 },
        { usedGbSeconds: 17, overageGbSeconds: 1, unusedGbSeconds: 14_384 },
      ]);
    });

    test('charges what is reserved and never used', async () => {
      const startMs = await usage.past(4, 100);
      const { intervals, totals } = await usage.read(startMs, 2);
      expect(intervals).toMatchObject([
        { reservedGb: 4, ...nothing, reservedGbSeconds: 3_600, unusedGbSeconds: 3_600, reservedCostMicros: 12_000 },
        {
          reservedGb: 100,
          ...nothing,
          reservedGbSeconds: 90_000,
          unusedGbSeconds: 90_000,
          reservedCostMicros: 300_000,
        },
      ]);
      expect(totals).toMatchObject({ reservedGbSeconds: 93_600, unusedGbSeconds: 93_600, reservedCostMicros: 312_000 });
    });

    test('takes everything for overage where nothing is reserved', async () => {
      const startMs = await usage.past(0);
      await usage.record(unique('workload'), startMs, [0, 4], [900, 0]);
      const all = { usedGbSeconds: 3_600, overageGbSeconds: 3_600, overageCostMicros: 60_000 };
      expect((await usage.read(startMs)).intervals).toMatchObject([{ reservedGb: 0, ...nothing, ...all }]);
    });

    test('adds up all reservations of an interval', async () => {
      const startMs = await usage.ahead(16);
      expect(await usage.ahead(24)).toBe(startMs);
      expect((await usage.read(startMs)).intervals).toMatchObject([{ reservedGb: 40, reservedGbSeconds: 36_000 }]);
    });

    test('needs a use as large as the reservation to leave nothing unused, and one GB more for overage', async () => {
      const startMs = await usage.past(16, 16);
      await usage.record(unique('workload'), startMs, [0, 16], [900, 17], [1_800, 0]);
      const { intervals } = await usage.read(startMs, 2);
      expect(intervals).toMatchObject([
        { overageGbSeconds: 0, unusedGbSeconds: 0 },
        { overageGbSeconds: 900, unusedGbSeconds: 0 },
      ]);
    });

    test('rounds the cost of each row to whole micro-dollars, and adds up the rows', async () => {
      const startMs = await usage.past(0, 0, 0);
      // A GB-second costs 16 2/3 micro-dollars.
      await usage.record(unique('workload'), startMs, [0, 1], [1, 0], [900, 1], [902, 0], [1_800, 1], [1_801, 0]);
      const { intervals, totals } = await usage.read(startMs, 3);
      expect(intervals.map(({ overageCostMicros }) => overageCostMicros)).toEqual([17, 33, 17]);
      expect(totals).toEqual({ ...nothing, usedGbSeconds: 4, overageGbSeconds: 4, overageCostMicros: 67 });
    });

    test('adds up the rows, amount by amount', async () => {
      const startMs = await usage.past(16, 0, 8, 4);
      await usage.record(unique('workload'), startMs, [7, 31], [1_234, 5], [3_000.5, 13], [3_599, 0]);
      const { intervals, totals } = await usage.read(startMs, 4);
      for (const name of Object.keys(nothing) as (keyof Amounts)[]) {
        expect([name, totals[name]]).toEqual([name, intervals.reduce((sum, row) => sum + row[name], 0)]);
      }
      expect(totals.usedGbSeconds).toBe(31 * (1_234 - 7) + 5 * (3_001 - 1_234) + 13 * (3_599 - 3_001));
    });

    test('counts nothing beyond now: what lies ahead is unused', async () => {
      const startMs = await usage.ahead(16, 16);
      await usage.moveTo(startMs - 1_000);
      await usage.record(unique('workload'), startMs, [-1, 20]);
      expect(await usage.amountsOf(startMs)).toMatchObject({
        usedGbSeconds: 0,
        overageGbSeconds: 0,
        unusedGbSeconds: 14_400,
      });
      await usage.moveTo(startMs + 100_000);
      const { intervals } = await usage.read(startMs, 2);
      expect(intervals).toMatchObject([
        { usedGbSeconds: 2_000, overageGbSeconds: 400, unusedGbSeconds: 14_400 - 1_600, reservedGbSeconds: 14_400 },
        { usedGbSeconds: 0, overageGbSeconds: 0, unusedGbSeconds: 14_400, reservedGbSeconds: 14_400 },
      ]);
      await usage.moveTo(startMs + 100_001);
      expect(await usage.amountsOf(startMs)).toMatchObject({ usedGbSeconds: 2_020 });
    });

    test('shows a row an interval, also where there never was anything', async () => {
      const startMs = await usage.past(0);
      const { from, to, intervals, totals } = await usage.read(startMs - 30 * dayMs, 4);
      expect(intervals.map(({ startsAt }) => Date.parse(startsAt) - startMs + 30 * dayMs)).toEqual(
        [0, 1, 2, 3].map((count) => count * quarterMs),
      );
      expect(intervals.every(({ startsAt, endsAt }) => Date.parse(endsAt) - Date.parse(startsAt) === quarterMs)).toBe(
        true,
      );
      expect([from, to]).toEqual([intervals[0]?.startsAt, intervals[3]?.endsAt]);
      expect(totals).toEqual(nothing);
    });

    test('shows 35 days, with what was used in the last of them', async () => {
      const startMs = await usage.past(16);
      const workload = unique('workload');
      await usage.record(workload, startMs, [0, 20]);
      await usage.moveTo(startMs + 35 * dayMs);
      const { intervals, totals } = await usage.read(startMs, rowsIn35Days);
      expect(intervals).toHaveLength(rowsIn35Days);
      expect(new Set(intervals.map(({ usedGbSeconds }) => usedGbSeconds))).toEqual(new Set([18_000]));
      expect(totals).toMatchObject({
        usedGbSeconds: rowsIn35Days * 18_000,
        overageGbSeconds: rowsIn35Days * 18_000 - 14_400,
      });
    });

    test.each(['0001-01-01', '1969-12-31', '2024-02-29', '2098-12-31', '9998-12-31'])(
      'shows the 24 hours of %s',
      async (day) => {
        const { json } = await usage.askRead(`${day}T00:00:00Z`, gridTime(Date.parse(day) + dayMs));
        expect(json).toMatchObject({ from: `${day}T00:00:00Z`, totals: nothing });
        expect((json as { intervals: unknown[] }).intervals).toHaveLength(96);
      },
    );

    test('takes +00:00 and decimals that are none for UTC', async () => {
      const { status, json } = await usage.askRead('2026-11-21T09:00:00.000+00:00', '2026-11-21T09:15:00.0Z');
      expect([status, json]).toMatchObject([200, { from: '2026-11-21T09:00:00Z', to: '2026-11-21T09:15:00Z' }]);
    });

    test("shows neither another org's reservations and use, nor those of another environment", async () => {
      const startMs = await usage.ahead(16);
      const others = [new UsageClient(scenario, apiKeys.otherTenant), new UsageClient(scenario, apiKeys.test)];
      for (const other of others) expect(await other.ahead(8)).toBe(startMs);
      await usage.moveTo(startMs + quarterMs);
      await usage.record(unique('workload'), startMs, [0, 20], [60, 0]);
      for (const other of others) {
        const [row] = (await other.read(startMs)).intervals;
        expect(row).toMatchObject({
          reservedGb: 8,
          ...nothing,
          reservedGbSeconds: 7_200,
          unusedGbSeconds: 7_200,
          reservedCostMicros: 24_000,
        });
      }
      expect(await usage.amountsOf(startMs)).toMatchObject({ reservedGbSeconds: 14_400, usedGbSeconds: 1_200 });
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (from: string, to: string, sentence: string) =>
      expectSentence(await usage.askRead(from, to), sentence);
    const noon = '2026-11-21T12:00:00Z';

    test('refuses a time that is not on the grid', () =>
      refuse('2026-11-21T11:59:00Z', noon, `query.from is "2026-11-21T11:59:00Z": ${offGrid}`));
    test('refuses a time with seconds', () =>
      refuse(noon, '2026-11-21T12:15:01Z', `query.to is "2026-11-21T12:15:01Z": ${offGrid}`));
    test('refuses a time with a millisecond', () =>
      refuse(noon, '2026-11-21T12:15:00.001Z', `query.to is "2026-11-21T12:15:00.001Z": ${offGrid}`));
    test('refuses a time with a nanosecond', () =>
      refuse(noon, '2026-11-21T12:15:00.000000001Z', `query.to is "2026-11-21T12:15:00.000000001Z": ${offGrid}`));
    test('refuses no time at all', () => refuse(noon, noon, `query.to is "${noon}": must be later than query.from`));
    test('refuses an end before the beginning', () =>
      refuse(noon, '2026-11-21T11:45:00Z', 'query.to is "2026-11-21T11:45:00Z": must be later than query.from'));
    test('refuses an interval more than 35 days', () =>
      refuse(
        noon,
        '2026-12-26T12:15:00Z',
        'query.to is "2026-12-26T12:15:00Z": must be at most 35 days after query.from',
      ));
    test('refuses another time zone', () =>
      refuse('2026-11-21T12:00:00+01:00', noon, `query.from is "2026-11-21T12:00:00+01:00": ${noTime}`));
    test('refuses a day that there is not', () =>
      refuse('2026-02-30T12:00:00Z', noon, `query.from is "2026-02-30T12:00:00Z": ${noTime}`));
    test.each(['from', 'to'])('refuses to guess %s', async (name) => {
      const query = example
        .slice(path.length + 1)
        .split('&')
        .filter((each) => !each.startsWith(name));
      expectSentence(await send('GET', `${path}?${query.join()}`), `query.${name} is missing: must be given`);
    });
    test('refuses a parameter that it does not know', async () => {
      expectSentence(await send('GET', `${example}&limit=5`), 'query.limit is not a parameter of this operation');
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: example }));

  scenario.describeGateway('405', () => {
    test.each(['PUT', 'PATCH', 'DELETE'])('is the answer to %s: what was used stays', async (method) => {
      const { status, headers } = await send(method, example);
      expect([status, headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST']);
    });
  });
});
