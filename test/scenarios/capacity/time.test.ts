import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { CapacityClient, paths } from './capacity-client.ts';
import { dayMs, firstBookable, gridTime, interval, intervals, leadTimeMs, newDay, quarterMs } from './grid.ts';
import { expectSentence, noTime, offGrid, tooSoon } from './refusals.ts';

/** As many as on any other day, whatever clocks on walls do. */
const intervalsPerDay = 96;

describeTargets('time', (scenario) => {
  const { clock } = scenario;
  const capacity = new CapacityClient(scenario);

  /** Moves the clock to so long before the start of an interval that no test has reserved, and resolves to the start. */
  async function moveTo(beforeStartMs: number): Promise<number> {
    const startMs = newDay(clock);
    await clock.advance({ milliseconds: startMs - beforeStartMs - clock.now() });
    expect(clock.now()).toBe(startMs - beforeStartMs);
    return startMs;
  }

  test('an interval that starts in exactly 30 minutes can be reserved', async () => {
    const startMs = await moveTo(leadTimeMs);
    await capacity.reserve([interval(startMs, 64)]);
    expect(await capacity.reserved(startMs)).toEqual({ [gridTime(startMs)]: 64 });
  });

  test('an interval that starts a millisecond sooner than in 30 minutes can not', async () => {
    const startMs = await moveTo(leadTimeMs - 1);
    const sentence = `intervals[0].startsAt is "${gridTime(startMs)}": ${tooSoon}`;
    expectSentence(await capacity.askReserve([interval(startMs, 64)]), sentence);
    expectSentence(await capacity.askQuote([interval(startMs, 64)]), sentence);
    await capacity.reserve([interval(startMs + quarterMs, 64)]);
    expect(await capacity.reserved(startMs)).toEqual({ [gridTime(startMs + quarterMs)]: 64 });
  });

  test('the moment at which it is too late is the same for reservations, quotes, calendar and windows', async () => {
    const startMs = await moveTo(leadTimeMs);
    const query = {
      durationMinutes: 15,
      capacityGb: 4,
      from: gridTime(startMs - quarterMs),
      to: gridTime(startMs + 2 * quarterMs),
    };
    const bookable = async () =>
      (await capacity.calendar(startMs, startMs + 2 * quarterMs)).map(({ reservableGb }) => reservableGb);
    const starts = async () => (await capacity.windows(query)).map(({ startsAt }) => startsAt);
    const bothMs = [startMs, startMs + quarterMs];
    expect([await bookable(), await starts()]).toEqual([[1_024, 1_024], bothMs.map(gridTime)]);
    await capacity.quote([interval(startMs)]);
    await clock.advance({ milliseconds: 1 });
    expect([await bookable(), await starts()]).toEqual([[0, 1_024], [gridTime(startMs + quarterMs)]]);
    expectSentence(await capacity.askQuote([interval(startMs)]), /must be at least 30 minutes from now$/u);
    expectSentence(await capacity.askReserve([interval(startMs)]), /must be at least 30 minutes from now$/u);
  });

  test('one interval that is too soon refuses all, and is named', async () => {
    const startMs = await moveTo(leadTimeMs - 1);
    const wanted = [
      interval(startMs + 2 * quarterMs),
      interval(startMs + quarterMs),
      interval(startMs),
      interval(startMs - quarterMs),
    ];
    expectSentence(await capacity.askReserve(wanted), `intervals[2].startsAt is "${gridTime(startMs)}": ${tooSoon}`);
    expect(await capacity.reserved(startMs - dayMs, startMs + dayMs)).toEqual({});
  });

  test('capacity that was reserved stays so when its time comes, and after it', async () => {
    const startMs = await moveTo(leadTimeMs);
    const { reservationId } = await capacity.reserve([interval(startMs, 64)]);
    await clock.advance({ milliseconds: 2 * leadTimeMs });
    expect((await capacity.calendar(startMs))[0]).toEqual({
      startsAt: gridTime(startMs),
      endsAt: gridTime(startMs + quarterMs),
      reservationLimitGb: 1_024,
      reservedGb: 64,
      reservableGb: 0,
    });
    expect(await capacity.get(reservationId)).toMatchObject({ intervals: [interval(startMs, 64)] });
  });

  test.each([
    ['when Europe loses an hour', '2048-03-29'],
    ['when Europe gains an hour', '2048-10-25'],
    ['when the United States lose an hour', '2048-03-08'],
    ['when the United States gain an hour', '2048-11-01'],
    ['that only leap years have', nextLeapDay()],
    ['that only one century in four has', '2400-02-29'],
    ['at the end of a leap year', '2096-12-31'],
    ['at the end of a year', '2099-12-31'],
    ['after the end of a year', '2101-01-01'],
  ])('a day %s has 96 intervals like every other: %s', async (_what, date) => {
    const day = Date.parse(`${date}T00:00:00Z`);
    const wanted = intervals(day, intervalsPerDay, 8);
    expect(new Set(wanted.map(({ startsAt }) => startsAt.slice(0, 'YYYY-MM-DD'.length)))).toEqual(new Set([date]));
    expect(await capacity.reserve(wanted)).toMatchObject({ intervals: wanted });
    const rows = await capacity.calendar(day - quarterMs, day + dayMs + quarterMs);
    expect(rows.map(({ startsAt, endsAt }) => ({ startsAt, endsAt, capacityGb: 8 })).slice(1, -1)).toEqual(wanted);
    expect(rows.map(({ reservedGb }) => reservedGb)).toEqual([0, ...Array<number>(intervalsPerDay).fill(8), 0]);
  });

  test('a window goes on over the hours that clocks on walls leave out or have twice', async () => {
    const query = { durationMinutes: 24 * 60, capacityGb: 4, from: '2052-03-31T00:00:00Z', to: '2052-04-01T00:00:00Z' };
    expect(await capacity.windows(query)).toEqual([{ startsAt: query.from, endsAt: query.to, reservableGb: 1_024 }]);
  });

  test('an interval goes over the end of a year, and has the next year’s end', async () => {
    const last = { startsAt: '2063-12-31T23:45:00Z', endsAt: '2064-01-01T00:00:00Z', capacityGb: 16 };
    expect(await capacity.reserve([last])).toMatchObject({ intervals: [last] });
    expect(await capacity.reserved(Date.parse(last.endsAt) - dayMs, Date.parse(last.endsAt) + dayMs)).toEqual({
      [last.startsAt]: 16,
    });
  });

  test('the last interval that can be written is the last but one of the year 9999', async () => {
    const last = { startsAt: '9999-12-31T23:30:00Z', endsAt: '9999-12-31T23:45:00Z', capacityGb: 16 };
    const { reservationId } = await capacity.reserve([last]);
    expect(await capacity.get(reservationId)).toMatchObject({ intervals: [last] });
    const rows = await capacity.calendar(Date.parse('9999-12-31T00:00:00Z'), Date.parse(last.endsAt));
    expect([rows.length, rows.at(-1)]).toEqual([
      95,
      { startsAt: last.startsAt, endsAt: last.endsAt, reservationLimitGb: 1_024, reservedGb: 16, reservableGb: 1_008 },
    ]);
    const beyond = { startsAt: last.endsAt, endsAt: '10000-01-01T00:00:00Z', capacityGb: 16 };
    expectSentence(await capacity.askReserve([beyond]), `intervals[0].endsAt is "10000-01-01T00:00:00Z": ${noTime}`);
  });

  test('the calendar shows the time before 1970 too, when nothing was reserved', async () => {
    const rows = await capacity.calendar(-2 * quarterMs, 2 * quarterMs);
    expect(rows.map(({ startsAt, reservedGb, reservableGb }) => [startsAt, reservedGb, reservableGb])).toEqual([
      ['1969-12-31T23:30:00Z', 0, 0],
      ['1969-12-31T23:45:00Z', 0, 0],
      ['1970-01-01T00:00:00Z', 0, 0],
      ['1970-01-01T00:15:00Z', 0, 0],
    ]);
  });

  test.each(['+00:00', 'Z', '.000Z', '.000000000+00:00'])(
    'UTC can be written %s in a query too, and is answered as Z',
    async (zone) => {
      const day = gridTime(newDay(clock));
      const query = { from: day.replace('Z', zone), to: day.replace('T00:00:00Z', `T01:00:00${zone}`) };
      const answer = await capacity.askFor(paths.calendar, query);
      expect(answer).toMatchObject({ status: 200, json: { from: day, to: day.replace('T00', 'T01') } });
    },
  );

  test.each(['+01:00', '-00:00', '-08:00', ''])('no other zone is taken, the same time or not: %j', async (zone) => {
    const day = gridTime(newDay(clock));
    const from = day.replace('Z', zone);
    for (const path of [paths.calendar, paths.reservations]) {
      expectSentence(
        await capacity.askFor(path, { from, to: day }),
        `query.from is ${JSON.stringify(from)}: ${noTime}`,
      );
    }
  });

  test('what is off the grid says so, wherever it is', async () => {
    const startMs = firstBookable(clock);
    const off = new Date(startMs + 60_000).toISOString();
    const query = { from: off, to: gridTime(startMs + dayMs) };
    expectSentence(await capacity.askFor(paths.calendar, query), `query.from is "${off}": ${offGrid}`);
    expectSentence(
      await capacity.askReserve([{ ...interval(startMs), startsAt: off }]),
      `intervals[0].startsAt is "${off}": ${offGrid}`,
    );
  });
});

/** More than a year ahead, so that no clock that tests move comes there. */
function nextLeapDay(): string {
  const year = new Date().getUTCFullYear() + 2;
  const leapYear = [year, year + 1, year + 2, year + 3, year + 4].find(
    (one) => new Date(Date.UTC(one, 1, 29)).getUTCDate() === 29,
  );
  return `${leapYear ?? year}-02-29`;
}
