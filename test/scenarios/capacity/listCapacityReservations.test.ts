import { beforeEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CapacityClient, paths } from './capacity-client.ts';
import type { Reservation } from './capacity-client.ts';
import { gridTime, interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectSentence, noTime } from './refusals.ts';

const path = paths.reservations;
const [secondMs, hourMs] = [1_000, 60 * 60 * 1_000];

describeTargets('listCapacityReservations', (scenario) => {
  const { clock, send } = scenario;
  const capacity = new CapacityClient(scenario);

  /** An hour that each test has for itself. */
  let sinceMs = 0;
  beforeEach(async () => {
    await clock.advance({ milliseconds: 2 * hourMs });
    sinceMs = clock.now();
  });
  const wire = (atMs: number) => new Date(atMs).toISOString();
  const thisHour = () => ({ from: wire(sinceMs), to: wire(sinceMs + hourMs) });

  /** So many at the present time, which stands still. */
  async function make(count: number): Promise<readonly Reservation[]> {
    const made: Reservation[] = [];
    for (let index = 0; index < count; index += 1) made.push(await capacity.reserve([interval(newDay(clock))]));
    return made;
  }
  const idsOf = (reservations: readonly Reservation[]) => reservations.map(({ reservationId }) => reservationId);
  const list = async (more: object = {}) => idsOf((await capacity.list({ ...thisHour(), ...more })).reservations);

  describe('200', () => {
    test('shows each reservation as it was answered when it was made, with exactly these members', async () => {
      const day = newDay(clock);
      const first = await capacity.reserve([interval(day, 64), interval(day + 9 * quarterMs, 8)]);
      await clock.advance({ milliseconds: secondMs });
      const second = await capacity.reserve([{ ...interval(day + quarterMs), startsAt: wire(day + quarterMs) }]);
      const answer = await capacity.askFor(path, thisHour());
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({ ...thisHour(), reservations: [second, first], nextCursor: null });
      expect(Object.keys((answer.json as { reservations: readonly object[] }).reservations[0]!)).toEqual([
        'reservationId',
        'createdAt',
        'intervals',
      ]);
    });

    test('is empty where nothing was reserved', async () => {
      expect(await capacity.list(thisHour())).toEqual({ ...thisHour(), reservations: [], nextCursor: null });
    });

    test('goes by when a reservation was made, not by the time it is for', async () => {
      const day = newDay(clock);
      const [made] = [await capacity.reserve(intervals(day, 4, 64))];
      expect(await list()).toEqual([made.reservationId]);
      expect((await capacity.list({ from: gridTime(day), to: gridTime(day + hourMs) })).reservations).toEqual([]);
    });

    test('has from in it, and to not, to the millisecond', async () => {
      const [first] = await make(1);
      await clock.advance({ milliseconds: 1 });
      const [second] = await make(1);
      const [at, next] = [wire(sinceMs), wire(sinceMs + 1)];
      const bounded = async (from: string, to: string) => idsOf((await capacity.list({ from, to })).reservations);
      expect(await bounded(at, next)).toEqual([first!.reservationId]);
      expect(await bounded(next, wire(sinceMs + 2))).toEqual([second!.reservationId]);
      expect(await bounded(wire(sinceMs - 1), at)).toEqual([]);
      expect(await bounded(wire(sinceMs + 2), wire(sinceMs + 3))).toEqual([]);
      expect(await bounded(at, wire(sinceMs + 2))).toEqual(idsOf([second!, first!]));
    });

    test.each([
      ['2026-04-01T00:00:00Z', '2026-04-01T00:00:00.000Z'],
      ['2026-04-01T00:00:00.0Z', '2026-04-01T00:00:00.123456789Z'],
      ['0001-01-01T00:00:00.00Z', '9999-12-31T23:59:59Z'],
    ])('answers from and to as they were sent: %s, %s', async (from, later) => {
      const to = later.replace('2026-04-01', '2026-04-02');
      expect(await capacity.list({ from, to })).toMatchObject({ from, to });
      // UTC is answered as Z in any case.
      const offset = (time: string) => time.replace('Z', '+00:00');
      expect(await capacity.list({ from: offset(from), to: offset(to) })).toMatchObject({ from, to });
    });

    test('is newest first', async () => {
      const ids: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        await clock.advance({ milliseconds: 1 });
        ids.unshift(...idsOf(await make(1)));
      }
      expect(await list()).toEqual(ids);
    });

    test('is newest first among those of one millisecond too', async () => {
      const made = await make(5);
      expect(await list()).toEqual(idsOf(made).toReversed());
    });

    test('has 50 rows a page unless told, and gives 200 to whoever asks for more', async () => {
      const made: Reservation[] = [];
      for (let round = 0; round < 3; round += 1) {
        const day = newDay(clock);
        made.push(...(await Promise.all(intervals(day, 68).map((one) => capacity.reserve([one])))));
      }
      expect(made).toHaveLength(204);
      expect(await list()).toHaveLength(50);
      expect(await list({ limit: 199 })).toHaveLength(199);
      for (const limit of [200, 201, 1_000_000, Number.MAX_SAFE_INTEGER]) {
        const page = await capacity.list({ ...thisHour(), limit });
        expect([page.reservations.length, page.nextCursor]).toEqual([200, expect.any(String)]);
        const rest = await capacity.list({ ...thisHour(), limit, cursor: page.nextCursor ?? '' });
        expect([rest.reservations.length, rest.nextCursor]).toEqual([4, null]);
        expect(new Set([...idsOf(page.reservations), ...idsOf(rest.reservations)]).size).toBe(204);
      }
    });

    test.each([1, 2, 3, 6, 7])('says how to go on, and at the end that it is the end: %d a page', async (limit) => {
      const ids = idsOf(await make(6)).toReversed();
      const seen: string[] = [];
      const pages: number[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await capacity.list({ ...thisHour(), limit, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...idsOf(page.reservations));
        pages.push(page.reservations.length);
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(ids);
      expect(pages).toHaveLength(Math.ceil(6 / limit));
    });

    test('goes on with another limit', async () => {
      const ids = idsOf(await make(5)).toReversed();
      const { nextCursor } = await capacity.list({ ...thisHour(), limit: 1 });
      expect(await list({ limit: 3, cursor: nextCursor ?? '' })).toEqual(ids.slice(1, 4));
    });

    test('neither skips nor repeats a row, of the same time too, while others are added', async () => {
      const lasting = [...(await make(6))];
      await clock.advance({ milliseconds: 1 });
      lasting.push(...(await make(6)));
      const seen: string[] = [];
      let cursor: string | null | undefined;
      for (let round = 0; cursor !== null; round += 1) {
        const page = await capacity.list({ ...thisHour(), limit: 5, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...idsOf(page.reservations));
        cursor = page.nextCursor;
        if (round % 2 === 0) await clock.advance({ milliseconds: 1 });
        await make(2);
      }
      expect(seen).toEqual(idsOf(lasting).toReversed());
    });

    test.each([apiKeys.otherTenant, apiKeys.test])('shows nobody what others have reserved: %s', async (apiKey) => {
      const strangers = new CapacityClient(scenario, apiKey);
      const day = newDay(clock);
      const theirs = await strangers.reserve([interval(day)]);
      const mine = await capacity.reserve([interval(day)]);
      expect((await capacity.list(thisHour())).reservations).toEqual([mine]);
      expect((await strangers.list(thisHour())).reservations).toEqual([theirs]);
    });

    test('leaves out what was refused', async () => {
      const day = newDay(clock);
      await capacity.askReserve([interval(day, 1_028)]);
      await capacity.askReserve([interval(day, 5)]);
      expect(await list()).toEqual([]);
    });

    test('is there for HEAD too, without a body', async () => {
      const { from, to } = thisHour();
      expect(await send('HEAD', `${path}?from=${from}&to=${to}`)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (change: object, sentence: string | RegExp) => {
      const query = Object.entries({ ...thisHour(), ...change }).filter(([, value]) => value !== undefined);
      expectSentence(await capacity.askFor(path, Object.fromEntries(query)), sentence);
    };

    test('refuses to guess from', () => refuse({ from: undefined }, 'query.from is missing: must be given'));
    test('refuses to guess to', () => refuse({ to: undefined }, 'query.to is missing: must be given'));
    test('refuses a time that is none', () => refuse({ from: 'today' }, `query.from is "today": ${noTime}`));
    test('refuses another zone', () =>
      refuse({ to: '2096-01-01T00:00:00+01:00' }, `query.to is "2096-01-01T00:00:00+01:00": ${noTime}`));
    test('refuses a window of no length', () =>
      refuse({ to: thisHour().from }, `query.to is "${wire(sinceMs)}": must be later than query.from`));
    test('refuses a window that ends before it begins', () =>
      refuse({ to: wire(sinceMs - 1) }, `query.to is "${wire(sinceMs - 1)}": must be later than query.from`));
    test('refuses a limit of 0', () => refuse({ limit: 0 }, 'query.limit is 0: must be >= 1'));
    test('refuses a limit below 0', () => refuse({ limit: -1 }, 'query.limit is -1: must be >= 1'));
    test('refuses half a row', () => refuse({ limit: '1.5' }, 'query.limit is "1.5": must be integer'));
    test('refuses a limit that cannot be counted', () =>
      refuse({ limit: '9007199254740992' }, /^query\.limit is 9007199254740992: must be <= /u));
    test('refuses a parameter that it does not know', () =>
      refuse({ status: 'active' }, 'query.status is not a parameter of this operation'));
    test('refuses a cursor that it did not give out', () =>
      refuse({ cursor: 'eyJhIjoxfQ' }, /^query\.cursor is "eyJhIjoxfQ": must /u));

    test('refuses a parameter twice', async () => {
      const { from, to } = thisHour();
      expectSentence(await send('GET', `${path}?from=${from}&to=${to}&from=${from}`), 'query.from must be given once');
    });

    test('refuses a cursor of another window, or of somebody else', async () => {
      await make(2);
      const strangers = new CapacityClient(scenario, apiKeys.otherTenant);
      const { nextCursor } = await capacity.list({ ...thisHour(), limit: 1 });
      const cursor = nextCursor ?? '';
      await refuse({ cursor, to: wire(sinceMs + 1) }, /^query\.cursor is "/u);
      expectSentence(await strangers.askFor(path, { ...thisHour(), cursor }), /^query\.cursor is "/u);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
