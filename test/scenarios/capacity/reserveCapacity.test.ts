import type { CapacityInterval } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys, liveKeyLabel } from '../../targets/target.ts';
import {
  testBodyTooLarge,
  testIdempotencyKeyConflict,
  testReplay,
  testUnauthorized,
  testUnsupportedMediaType,
} from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CapacityClient, paths, shortfall } from './capacity-client.ts';
import type { DayLimits } from './capacity-client.ts';
import { faultyRequests } from './faulty-requests.ts';
import { dayMs, gridTime, interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectError, expectSentence, expectShortfalls } from './refusals.ts';
import { uuid } from './uuid.ts';

const path = paths.reservations;

describeTargets('reserveCapacity', (scenario) => {
  const { clock, send } = scenario;
  const capacity = new CapacityClient(scenario);
  const others = new CapacityClient(scenario, apiKeys.otherTenant);

  const makeRequest = async () => {
    return { method: 'POST', path, body: { intervals: intervals(newDay(clock), 2, 64) } };
  };

  describe('200', () => {
    test('reserves, and answers with exactly these members', async () => {
      const wanted = intervals(newDay(clock), 8, 64);
      const answer = await capacity.askReserve(wanted);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({ reservationId: uuid, createdAt: wireTime(clock), intervals: wanted });
      expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    });

    test('reserves these intervals, and nothing beside them', async () => {
      const before = newDay(clock, 3);
      const day = before + dayMs;
      await capacity.reserve(intervals(day + quarterMs, 2, 64));
      expect(await capacity.reserved(before, before + 3 * dayMs)).toEqual({
        [gridTime(day + quarterMs)]: 64,
        [gridTime(day + 2 * quarterMs)]: 64,
      });
    });

    test('takes intervals that are apart, of different sizes and in any order, and gives them back in that order', async () => {
      const day = newDay(clock, 2);
      const wanted = [
        interval(day + dayMs, 8),
        interval(day + 9 * quarterMs, 1_024),
        interval(day, 4),
        interval(day + quarterMs, 16),
      ];
      expect(await capacity.reserve(wanted)).toMatchObject({ intervals: wanted });
      expect(await capacity.reserved(day, day + 2 * dayMs)).toEqual({
        [gridTime(day)]: 4,
        [gridTime(day + quarterMs)]: 16,
        [gridTime(day + 9 * quarterMs)]: 1_024,
        [gridTime(day + dayMs)]: 8,
      });
    });

    test('gives the times back as they were sent, but that UTC is always written Z', async () => {
      const day = gridTime(newDay(clock)).slice(0, 'YYYY-MM-DD'.length);
      const sent = [
        { startsAt: `${day}T10:00:00Z`, endsAt: `${day}T10:15:00.000Z`, capacityGb: 4 },
        { startsAt: `${day}T10:15:00.000Z`, endsAt: `${day}T10:30:00.000Z`, capacityGb: 4 },
        { startsAt: `${day}T10:30:00.0Z`, endsAt: `${day}T10:45:00.000000000Z`, capacityGb: 4 },
        { startsAt: `${day}T10:45:00+00:00`, endsAt: `${day}T11:00:00.00+00:00`, capacityGb: 4 },
      ];
      const shown = sent.map(({ startsAt, endsAt, capacityGb }) => {
        return { startsAt: startsAt.replace('+00:00', 'Z'), endsAt: endsAt.replace('+00:00', 'Z'), capacityGb };
      });
      const { reservationId, intervals: reserved } = await capacity.reserve(sent);
      expect(reserved).toEqual(shown);
      expect((await capacity.get(reservationId)).intervals).toEqual(shown);
    });

    test('tells the org of it, and nobody else: once, with its bounds and the most that it takes', async () => {
      const day = newDay(clock);
      const wanted = [interval(day + 9 * quarterMs, 8), interval(day, 16), interval(day + quarterMs, 4)];
      const headers = { 'Idempotency-Key': scenario.unique('key') };
      const { json } = await capacity.askReserve(wanted, headers);
      await capacity.askReserve(wanted, headers);
      await capacity.ask('POST', paths.quotes, { intervals: wanted });
      await capacity.askReserve([interval(day, 1_024)]);
      const { reservationId: reservation_id } = json as { reservationId: string };
      const told = {
        id: expect.any(String),
        number: expect.any(Number),
        type: 'capacity.reserved',
        created_at: wireTime(clock),
        api_key_label: liveKeyLabel,
        customer_id: null,
        external_customer_id: null,
        data: { reservation_id, from: gridTime(day), to: gridTime(day + 10 * quarterMs), gb: 16 },
      };
      const eventsOn = async (client: CapacityClient) => {
        const answer = await client.ask('GET', '/v1/events?type=capacity.reserved&limit=200');
        const { data } = answer.json as { data: { data: { from: string } }[] };
        return data.filter((event) => event.data.from === gridTime(day));
      };
      expect(await Promise.all([capacity, others].map(eventsOn))).toEqual([[told], []]);
    });

    test('gives each reservation an id of its own', async () => {
      const day = newDay(clock);
      const made = await Promise.all([1, 2, 3, 4].map(() => capacity.reserve([interval(day)])));
      expect(new Set(made.map(({ reservationId }) => reservationId)).size).toBe(4);
    });

    test('adds to what is reserved already, interval by interval', async () => {
      const day = newDay(clock);
      await capacity.reserve(intervals(day, 3, 64));
      await capacity.reserve(intervals(day + quarterMs, 3, 16));
      expect(Object.values(await capacity.reserved(day))).toEqual([64, 80, 80, 16]);
    });

    test('passes when an interval is full to the last GB by it, of the org and of the platform', async () => {
      const day = newDay(clock);
      await capacity.reserve([interval(day, 1_000)]);
      await capacity.reserve([interval(day, 24)]);
      await capacity.limitDay(day, { platform_capacity_gb: 96 });
      await others.reserve([interval(day + quarterMs, 32)]);
      await capacity.reserve([interval(day + quarterMs, 64)]);
      expect(await capacity.reserved(day)).toEqual({ [gridTime(day)]: 1_024, [gridTime(day + quarterMs)]: 64 });
    });

    test('takes 3,000 intervals, a month of them, and reserves each', async () => {
      const day = newDay(clock, 32);
      const wanted = intervals(day, 3_000).map((one, index) => ({ ...one, capacityGb: 4 + 4 * (index % 7) }));
      const { reservationId, intervals: reserved } = await capacity.reserve(wanted);
      expect(reserved).toEqual(wanted);
      expect((await capacity.get(reservationId)).intervals).toEqual(wanted);
      const expected = wanted.map(({ startsAt, capacityGb }) => [startsAt, capacityGb]);
      expect(await capacity.reserved(day, day + 32 * dayMs)).toEqual(Object.fromEntries(expected));
    });
  });

  describe('400', () => {
    test.each(faultyRequests)('names the place, the value and the rule: %s', async (_what, makeBody, sentence) => {
      const day = newDay(clock);
      expectSentence(await send('POST', path, { body: makeBody(day) }), sentence);
      expect(await capacity.reserved(day)).toEqual({});
    });

    test('refuses a parameter, of which there is none', async () => {
      const body = { intervals: [interval(newDay(clock))] };
      expectSentence(
        await send('POST', `${path}?dryRun=true`, { body }),
        'query.dryRun is not a parameter of this operation',
      );
    });

    test.each(['', 'k'.repeat(256)])('refuses an idempotency key of no or too many characters: %#', async (key) => {
      const answer = await capacity.askReserve([interval(newDay(clock))], { 'Idempotency-Key': key });
      expectSentence(answer, /^header\.Idempotency-Key is ".*: must /u);
    });

    test('reserves none of a month of intervals of which the last is wrong', async () => {
      const day = newDay(clock, 32);
      const wanted = intervals(day, 3_000);
      const { startsAt, endsAt } = wanted[2_999]!;
      expectSentence(
        await capacity.askReserve([...wanted.slice(0, -1), { startsAt, endsAt, capacityGb: 6 }]),
        'intervals[2999].capacityGb is 6: must be a multiple of 4',
      );
      expect(await capacity.reserved(day, day + 32 * dayMs)).toEqual({});
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'POST', path, body: {} }));

  scenario.describeGateway('405', () => {
    test.each(['DELETE', 'PATCH', 'PUT'])(
      'is the answer to %s: nothing cancels, changes or transfers reservations',
      async (method) => {
        const day = newDay(clock);
        const { reservationId } = await capacity.reserve([interval(day, 64)]);
        const before = await capacity.everythingOn(day);
        for (const [at, allow] of [
          [path, 'GET, HEAD, POST'],
          [`${path}/${reservationId}`, 'GET, HEAD'],
        ] as const) {
          const answer = await send(method, at, { body: { intervals: [interval(day, 4)] } });
          expectError(answer, 405, 'method_not_allowed');
          expect(answer.headers.get('Allow')?.split(', ').toSorted().join(', ')).toBe(allow);
        }
        expect(await capacity.everythingOn(day)).toEqual(before);
      },
    );
  });

  describe('409', () => {
    test('names every interval that does not fit and only those, with exactly these members, and reserves nothing', async () => {
      const day = newDay(clock);
      await capacity.reserve([
        interval(day + quarterMs, 1_000),
        interval(day + 3 * quarterMs, 1_024),
        interval(day + 5 * quarterMs, 960),
      ]);
      const before = await capacity.everythingOn(day);
      const answer = await capacity.askReserve(intervals(day, 8, 64));
      expect(answer.status).toBe(409);
      expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
      expect(answer.json).toEqual({
        error: 'capacity_not_available',
        intervals: [
          { startsAt: gridTime(day + quarterMs), requestedGb: 64, reservableGb: 24, reason: 'insufficient_capacity' },
          {
            startsAt: gridTime(day + 3 * quarterMs),
            requestedGb: 64,
            reservableGb: 0,
            reason: 'insufficient_capacity',
          },
        ],
      });
      expect(await capacity.everythingOn(day)).toEqual(before);
    });

    test('names them in the order of the request, with their times as they were sent', async () => {
      const day = newDay(clock);
      await capacity.reserve(intervals(day, 4, 1_024));
      const wanted = [2, 0, 9, 3].map((index) => interval(day + index * quarterMs, 8));
      const sent = wanted.map((one) => ({ ...one, startsAt: one.startsAt.replace('Z', '.000Z') }));
      expectShortfalls(
        await capacity.askReserve(sent),
        [sent[0]!, sent[1]!, sent[3]!].map((one) => shortfall(one, 0)),
      );
    });

    test('can be adjusted to what it says, which passes, to the last GB', async () => {
      const day = newDay(clock);
      await capacity.reserve([interval(day, 1_000), interval(day + quarterMs, 24)]);
      const wanted = intervals(day, 3, 1_024);
      expectShortfalls(await capacity.askReserve(wanted), [shortfall(wanted[0]!, 24), shortfall(wanted[1]!, 1_000)]);
      await capacity.reserve([interval(day, 24), interval(day + quarterMs, 1_000), wanted[2]!]);
      expect(Object.values(await capacity.reserved(day))).toEqual([1_024, 1_024, 1_024]);
    });

    /** Limits of a day; what the org and others have reserved then; and how much is left to the org. */
    const rests: readonly (readonly [
      what: string,
      limits: DayLimits,
      mineGb: number,
      othersGb: number,
      leftGb: number,
    ])[] = [
      ['the org’s', { platform_capacity_gb: 128, org_cap_gb: 64 }, 40, 0, 24],
      ['the platform’s', { platform_capacity_gb: 128, org_cap_gb: 120 }, 0, 100, 28],
      ['the platform’s, of which the org has a part too', { platform_capacity_gb: 128, org_cap_gb: 120 }, 40, 60, 28],
      ['the org’s, though others have more', { platform_capacity_gb: 256, org_cap_gb: 120 }, 100, 120, 20],
      ['both', { platform_capacity_gb: 128, org_cap_gb: 96 }, 64, 32, 32],
      ['nothing of the org’s', { platform_capacity_gb: 128, org_cap_gb: 64 }, 64, 0, 0],
      ['nothing of the platform’s', { platform_capacity_gb: 64, org_cap_gb: 64 }, 0, 64, 0],
      ['none of 0', { platform_capacity_gb: 128, org_cap_gb: 0 }, 0, 0, 0],
      ['no multiple of 4', { platform_capacity_gb: 128, org_cap_gb: 63 }, 40, 0, 23],
    ];

    test.each(rests)('says what is left: %s', async (_what, limits, mineGb, othersGb, leftGb) => {
      const day = newDay(clock);
      await capacity.limitDay(day, limits);
      if (mineGb > 0) await capacity.reserve([interval(day, mineGb)]);
      if (othersGb > 0) await others.reserve([interval(day, othersGb)]);
      const fittingGb = leftGb - (leftGb % 4);
      const wanted = interval(day, fittingGb + 4);
      expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, leftGb)]);
      if (fittingGb > 0) await capacity.reserve([interval(day, fittingGb)]);
    });

    test.each([{ org_cap_gb: 20 }, { platform_capacity_gb: 20 }, { org_cap_gb: 0, platform_capacity_gb: 0 }])(
      'says that 0 is left, never less, where a limit was lowered below what is reserved, which stays: %j',
      async (limits) => {
        const day = newDay(clock);
        const { reservationId } = await capacity.reserve([interval(day, 64)]);
        await capacity.limitDay(day, limits);
        const wanted = interval(day, 4);
        expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, 0)]);
        expect(await capacity.reserved(day)).toEqual({ [gridTime(day)]: 64 });
        expect(await capacity.get(reservationId)).toMatchObject({ intervals: [{ capacityGb: 64 }] });
      },
    );

    test('is the answer to more than there ever was, however much that is', async () => {
      const wanted: CapacityInterval = interval(newDay(clock), 9_007_199_254_740_988);
      expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, 1_024)]);
    });

    test('names each of 3,000 intervals if none fits', async () => {
      const wanted = intervals(newDay(clock, 32), 3_000, 1_028);
      expectShortfalls(
        await capacity.askReserve(wanted),
        wanted.map((one) => shortfall(one, 1_024)),
      );
    });
  });

  describe('409 of idempotency keys', () => testIdempotencyKeyConflict(scenario, makeRequest, makeRequest));
  scenario.describeGateway('413', () => testBodyTooLarge(scenario, makeRequest));
  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, makeRequest));
  describe('again', () => testReplay(scenario, makeRequest));
});
