import fc from 'fast-check';

import { mostly, onceIn } from '../choices.ts';
import { onGrid, quarterMs, toTime } from './hours.ts';

/** The largest multiple of 4 of the wire. */
const most = 9_007_199_254_740_988;

/** Beside the caps that are drawn: some of them fit several times, some once, some never. */
export const capacityGb = mostly(
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(4, 4, 8, 16, 16, 32, 64, 100, 128) },
    { weight: 1, arbitrary: fc.constantFrom(1_024, 1_028, 4_096, most) },
  ),
  0,
  -4,
  5,
  4.5,
  most + 4,
  '4',
  null,
);

/** How times that mean the same are written. */
const ending = fc.oneof(
  { weight: 12, arbitrary: fc.constant('Z') },
  { weight: 1, arbitrary: fc.constantFrom('.000Z', '+00:00', '.0+00:00') },
);

/** An interval, by its place among those that a request may name. */
export interface Wanted {
  readonly place: number;
  readonly capacityGb: unknown;
  readonly endings: readonly [string, string];
}

/** @param places - How many there are. The first ones are wanted more often. */
export function wantedIntervals(places: number, most: number): fc.Arbitrary<readonly Wanted[]> {
  const place = fc.oneof(
    { weight: 3, arbitrary: fc.nat({ max: Math.min(3, places - 1) }) },
    { weight: 1, arbitrary: fc.nat({ max: places - 1 }) },
  );
  const wanted = fc.record({ place, capacityGb, endings: fc.tuple(ending, ending) });
  return fc.uniqueArray(wanted, { minLength: 1, maxLength: most, selector: (each) => each.place });
}

interface WireInterval {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly capacityGb: unknown;
}

export function toInterval(startMs: number, { capacityGb: gb, endings }: Omit<Wanted, 'place'>): WireInterval {
  return { startsAt: toTime(startMs, endings[0]), endsAt: toTime(startMs + quarterMs, endings[1]), capacityGb: gb };
}

/** What is wrong with a list of intervals. It takes the time, for what is wrong only at some. */
type Slip = (intervals: readonly WireInterval[], nowMs: number) => readonly unknown[];

/** One interval more. */
function further(startsAt: string, endsAt: string): Slip {
  return (intervals) => [...intervals, { startsAt, endsAt, capacityGb: 4 }];
}

/** One more that begins so long after the interval that it is now. */
function furtherFromNow(aheadMs: number): Slip {
  return (intervals, nowMs) => {
    return [...intervals, toInterval(onGrid(nowMs) + aheadMs, { capacityGb: 4, endings: ['Z', 'Z'] })];
  };
}

const slips: readonly Slip[] = [
  () => [],
  (intervals) => [...intervals, ...intervals.slice(0, 1)],
  (intervals) => intervals.map((interval) => ({ ...interval, colour: 'red' })),
  (intervals) => intervals.map(({ startsAt, endsAt }) => ({ startsAt, endsAt })),
  (intervals) => intervals.map((interval) => ({ ...interval, endsAt: interval.startsAt })),
  (intervals) => intervals.map((interval) => ({ ...interval, startsAt: interval.startsAt.slice(0, 10) })),
  (intervals) => intervals.map((interval) => ({ ...interval, startsAt: interval.startsAt.replace(/:00/u, ':01') })),
  further('2101-02-29T00:00:00Z', '2101-02-29T00:15:00Z'),
  further('2101-03-01T00:00:00+01:00', '2101-03-01T00:15:00Z'),
  furtherFromNow(quarterMs),
  furtherFromNow(-quarterMs),
];

export const slip: fc.Arbitrary<Slip | undefined> = onceIn(10, fc.constantFrom(...slips));

/**
 * What an org can reserve, or all of them: mostly so little that it is used up. Null takes it back. None of them is too
 * much beside any other: what was once set counts for that, and a server has seen more than mocks that begin anew.
 */
export const limitGb = mostly(
  fc.constantFrom(null, 0, 16, 60, 64, 100, 128, 200, 800_000_000),
  -1,
  1.5,
  1_000_000_001,
  '1',
);
