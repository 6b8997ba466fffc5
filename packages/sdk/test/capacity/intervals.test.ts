import { afterEach, describe, expect, test, vi } from 'vitest';

import { intervals } from '../../src/index.ts';
import type { Time } from '../../src/index.ts';

afterEach(() => vi.unstubAllEnvs());

describe('intervals()', () => {
  test('covers the time from one boundary to the other', () => {
    expect(intervals('2026-09-01T22:45:00Z', '2026-09-01T23:15:00Z', 16)).toEqual([
      { startsAt: '2026-09-01T22:45:00Z', endsAt: '2026-09-01T23:00:00Z', capacityGb: 16 },
      { startsAt: '2026-09-01T23:00:00Z', endsAt: '2026-09-01T23:15:00Z', capacityGb: 16 },
    ]);
  });

  test.each<[string, Time, Time]>([
    ['Dates', new Date('2026-09-01T22:00:00Z'), new Date('2026-09-01T22:15:00Z')],
    ['+00:00', '2026-09-01T22:00:00+00:00', '2026-09-01T22:15:00+00:00'],
    ['decimals that are zero', '2026-09-01T22:00:00.000Z', '2026-09-01T22:15:00.000000000Z'],
  ])('takes %s, and answers in one form', (_, from, to) => {
    const only = { startsAt: '2026-09-01T22:00:00Z', endsAt: '2026-09-01T22:15:00Z', capacityGb: 4 };
    expect(intervals(from, to, 4)).toEqual([only]);
  });

  test.each([
    ['over the end of a year', '2026-12-31T23:45:00Z', '2027-01-01T00:15:00Z', '2027-01-01T00:00:00Z'],
    ['over a leap day', '2028-02-28T23:45:00Z', '2028-02-29T00:15:00Z', '2028-02-29T00:00:00Z'],
    ['over the end of a leap day', '2028-02-29T23:45:00Z', '2028-03-01T00:15:00Z', '2028-03-01T00:00:00Z'],
    ['before 1970', '1969-12-31T23:45:00Z', '1970-01-01T00:15:00Z', '1970-01-01T00:00:00Z'],
  ])('goes on %s', (_, from, to, middle) => {
    expect(intervals(from, to, 4).map(({ startsAt }) => startsAt)).toEqual([from, middle]);
  });

  test.each([
    ['Europe/Berlin', '2026-03-29', -60, -120],
    ['Europe/Berlin', '2026-10-25', -120, -60],
    ['America/New_York', '2026-03-08', 300, 240],
    ['America/New_York', '2026-11-01', 240, 300],
  ])('knows nothing of the clocks of %s, which change on %s', (timeZone, day, offsetBefore, offsetAfter) => {
    vi.stubEnv('TZ', timeZone);
    const dayMs = Date.parse(`${day}T00:00:00Z`);
    const boundaries = Array.from({ length: 97 }, (_, index) => new Date(dayMs + index * 900_000));
    const offsets = [boundaries[0]!, boundaries[96]!].map((time) => time.getTimezoneOffset());
    expect(offsets).toEqual([offsetBefore, offsetAfter]);

    const written = boundaries.map((time) => time.toISOString().replace('.000', ''));
    const day96 = intervals(boundaries[0]!, boundaries[96]!, 4);
    expect(day96.map(({ startsAt }) => startsAt)).toEqual(written.slice(0, -1));
    expect(day96.map(({ endsAt }) => endsAt)).toEqual(written.slice(1));
  });

  test('makes as many as one request may have, and no more', () => {
    expect(intervals('2026-09-01T00:00:00Z', '2026-10-02T06:00:00Z', 4)).toHaveLength(3_000);
    const rule = 'to is "2026-10-02T06:15:00Z": must be at most 3,000 intervals after from, not 3001';
    expect(() => intervals('2026-09-01T00:00:00Z', '2026-10-02T06:15:00Z', 4)).toThrow(new RangeError(rule));
  });

  test('takes the largest multiple of 4 that a number is sure of', () => {
    const [only] = intervals('2026-09-01T22:00:00Z', '2026-09-01T22:15:00Z', 9_007_199_254_740_988);
    expect(only?.capacityGb).toBe(9_007_199_254_740_988);
  });
});

describe('intervals() refuses', () => {
  const from = '2026-09-01T22:00:00Z';
  const to = '2026-09-01T23:00:00Z';
  const grid = 'must be on :00, :15, :30 or :45 of an hour in UTC';
  const utc = 'must be a Date or an RFC 3339 time in UTC, such as 2026-09-01T22:00:00Z';

  test.each([
    '2026-09-01T22:07:00Z',
    '2026-09-01T22:00:01Z',
    '2026-09-01T22:00:00.001Z',
    '2026-09-01T22:00:00.000000001Z',
  ])('what is off the grid: %s', (time) => {
    expect(() => intervals(time, to, 4)).toThrow(new RangeError(`from is "${time}": ${grid}`));
    expect(() => intervals(from, time, 4)).toThrow(new RangeError(`to is "${time}": ${grid}`));
  });

  test('a Date that is off the grid', () => {
    const date = new Date('2026-09-01T22:00:00.001Z');
    expect(() => intervals(date, to, 4)).toThrow(new RangeError(`from is "2026-09-01T22:00:00.001Z": ${grid}`));
  });

  test.each([
    '2026-09-01T22:00:00+02:00',
    '2026-09-01T22:00:00-00:00',
    '2026-09-01T22:00:00',
    '2026-09-01T22:00Z',
    '2026-09-01 22:00:00Z',
    '2026-09-01t22:00:00z',
    '2026-09-01',
    '2026-02-30T22:00:00Z',
    '2027-02-29T22:00:00Z',
    '2026-09-01T24:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-06-30T23:59:60Z',
    '+012026-09-01T22:00:00Z',
    ' 2026-09-01T22:00:00Z',
    'tomorrow',
    '',
  ])('what is no time in UTC: %j', (time) => {
    expect(() => intervals(time, to, 4)).toThrow(new TypeError(`from is "${time}": ${utc}`));
    expect(() => intervals(from, time, 4)).toThrow(new TypeError(`to is "${time}": ${utc}`));
  });

  test.each<[string, unknown]>([
    ['null', new Date(Number.NaN)],
    ['null', null],
    ['undefined', undefined],
    ['1756764000000', 1_756_764_000_000],
    ['{"at":"now"}', { at: 'now' }],
  ])('what is no time at all, as it may be without types: %s', (written, time) => {
    expect(() => intervals(time as Time, to, 4)).toThrow(new TypeError(`from is ${written}: ${utc}`));
  });

  test('a year of more than four digits, which the wire does not have', () => {
    const date = new Date(Date.UTC(12_026, 0));
    expect(() => intervals(from, date, 4)).toThrow(new TypeError(`to is "+012026-01-01T00:00:00.000Z": ${utc}`));
  });

  test.each([from, '2026-09-01T21:45:00Z'])('an end that is not after the start: %s', (to) => {
    expect(() => intervals(from, to, 4)).toThrow(new RangeError(`to is "${to}": must be after from`));
  });

  test.each([0, -4, 2, 5, 4.5, 2 ** 53, Number.NaN, Infinity])('%d GB', (capacityGb) => {
    const rule = `capacityGb is ${capacityGb}: must be a positive multiple of 4 up to 2^53 - 4`;
    expect(() => intervals(from, to, capacityGb)).toThrow(new RangeError(rule));
  });

  test('GB that are no number, as they may be without types', () => {
    const rule = 'capacityGb is "16": must be a positive multiple of 4 up to 2^53 - 4';
    expect(() => intervals(from, to, '16' as unknown as number)).toThrow(new RangeError(rule));
  });
});
