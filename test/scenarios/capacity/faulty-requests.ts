/** Requests to reserve, or to quote, of which something is wrong. */
import type { CapacityInterval } from '@holdfast/contract';

import { dayMs, gridTime, interval, intervals, quarterMs } from './grid.ts';
import { noTime, offGrid, tooSoon } from './refusals.ts';

/** What is wrong; a body for a day that nothing is reserved on; and the one sentence that it is refused with. */
export type FaultyRequest = readonly [what: string, makeBody: (day: number) => unknown, sentence: string | RegExp];

/** An interval of the sort, but for a few members. Undefined: left out. */
function faulty(change: (atMs: number) => object): (day: number) => unknown {
  return (day) => ({
    intervals: [
      interval(day),
      interval(day + quarterMs),
      { ...interval(day + 2 * quarterMs), ...change(day + 2 * quarterMs) },
    ],
  });
}

const later = (atMs: number, milliseconds: number) => new Date(atMs + milliseconds).toISOString();
const minuteMs = 60_000;
const startsAt = /^intervals\[2\]\.startsAt is "\d{4}-[^"]+": /u.source;
const endsAt = /^intervals\[2\]\.endsAt is "\d{4}-[^"]+": /u.source;
const says = (beginning: string, rule: string) => new RegExp(`${beginning}${escape(rule)}$`, 'u');
const escape = (text: string) => text.replaceAll(/[()+.]/gu, String.raw`\$&`);

const faultyTimes: readonly FaultyRequest[] = [
  ['a start between the quarters', faulty((at) => ({ startsAt: later(at, 7 * minuteMs) })), says(startsAt, offGrid)],
  ['a start with a second', faulty((at) => ({ startsAt: later(at, 1_000) })), says(startsAt, offGrid)],
  ['a start with a millisecond', faulty((at) => ({ startsAt: later(at, 1) })), says(startsAt, offGrid)],
  [
    'a start with a nanosecond',
    faulty((at) => ({ startsAt: gridTime(at).replace('Z', '.000000001Z') })),
    says(startsAt, offGrid),
  ],
  ['an end between the quarters', faulty((at) => ({ endsAt: later(at, 16 * minuteMs) })), says(endsAt, offGrid)],
  ['an end a millisecond early', faulty((at) => ({ endsAt: later(at, quarterMs - 1) })), says(endsAt, offGrid)],
  [
    'no length',
    faulty((at) => ({ endsAt: gridTime(at) })),
    /^intervals\[2\]\.endsAt is "[^"]+": must be 15 minutes after startsAt, which is /u,
  ],
  [
    'half an hour',
    faulty((at) => ({ endsAt: gridTime(at + 2 * quarterMs) })),
    /^intervals\[2\]\.endsAt is "[^"]+": must be 15 minutes after startsAt/u,
  ],
  [
    'an end before the start',
    faulty((at) => ({ endsAt: gridTime(at - quarterMs) })),
    /^intervals\[2\]\.endsAt is "[^"]+": must be 15 minutes after startsAt/u,
  ],
  [
    'the next day’s end',
    faulty((at) => ({ endsAt: gridTime(at + dayMs + quarterMs) })),
    /^intervals\[2\]\.endsAt is "[^"]+": must be 15 minutes after startsAt/u,
  ],
  [
    'the time of another zone',
    faulty((at) => ({ startsAt: gridTime(at).replace('Z', '+01:00') })),
    says(startsAt, noTime),
  ],
  [
    'the same zone written as another',
    faulty((at) => ({ startsAt: gridTime(at).replace('Z', '-00:00') })),
    says(startsAt, noTime),
  ],
  ['an end in another zone', faulty((at) => ({ endsAt: gridTime(at).replace('Z', '+05:45') })), says(endsAt, noTime)],
  ['a time of no zone', faulty((at) => ({ startsAt: gridTime(at).replace('Z', '') })), says(startsAt, noTime)],
  ['a day that no year has', faulty(() => ({ startsAt: '2096-02-30T00:00:00Z' })), says(startsAt, noTime)],
  ['a leap day of a century', faulty(() => ({ startsAt: '2100-02-29T00:00:00Z' })), says(startsAt, noTime)],
  ['an hour that no day has', faulty(() => ({ startsAt: '2096-02-28T24:00:00Z' })), says(startsAt, noTime)],
  ['a leap second', faulty(() => ({ startsAt: '2096-12-31T23:59:60Z' })), says(startsAt, noTime)],
  [
    'a year of five digits',
    faulty(() => ({ endsAt: '+010000-01-01T00:00:00Z' })),
    `intervals[2].endsAt is "+010000-01-01T00:00:00Z": ${noTime}`,
  ],
  ['a day alone', faulty(() => ({ startsAt: '2096-02-29' })), says(startsAt, noTime)],
  ['words', faulty(() => ({ startsAt: 'tomorrow' })), `intervals[2].startsAt is "tomorrow": ${noTime}`],
  [
    'a number for a time',
    faulty(() => ({ startsAt: 1_795_298_400 })),
    'intervals[2].startsAt is 1795298400: must be string',
  ],
  [
    'the past',
    faulty(() => ({ startsAt: '2020-02-29T10:00:00Z', endsAt: '2020-02-29T10:15:00Z' })),
    `intervals[2].startsAt is "2020-02-29T10:00:00Z": ${tooSoon}`,
  ],
  [
    'the time before 1970',
    faulty(() => ({ startsAt: '1969-12-31T23:45:00Z', endsAt: '1970-01-01T00:00:00Z' })),
    `intervals[2].startsAt is "1969-12-31T23:45:00Z": ${tooSoon}`,
  ],
  ['no start', faulty(() => ({ startsAt: undefined })), 'intervals[2].startsAt is missing: must be given'],
  ['no end', faulty(() => ({ endsAt: undefined })), 'intervals[2].endsAt is missing: must be given'],
];

const faultyAmounts: readonly FaultyRequest[] = [
  ['5 GB', faulty(() => ({ capacityGb: 5 })), 'intervals[2].capacityGb is 5: must be a multiple of 4'],
  ['1,026 GB', faulty(() => ({ capacityGb: 1_026 })), 'intervals[2].capacityGb is 1026: must be a multiple of 4'],
  ['2 GB', faulty(() => ({ capacityGb: 2 })), /^intervals\[2\]\.capacityGb is 2: must be /u],
  ['no GB', faulty(() => ({ capacityGb: 0 })), 'intervals[2].capacityGb is 0: must be >= 4'],
  ['less than nothing', faulty(() => ({ capacityGb: -64 })), 'intervals[2].capacityGb is -64: must be >= 4'],
  ['half a GB', faulty(() => ({ capacityGb: 4.5 })), 'intervals[2].capacityGb is 4.5: must be integer'],
  ['a number as text', faulty(() => ({ capacityGb: '64' })), 'intervals[2].capacityGb is "64": must be integer'],
  ['null', faulty(() => ({ capacityGb: null })), 'intervals[2].capacityGb is null: must be integer'],
  [
    'more than can be counted',
    faulty(() => ({ capacityGb: 2 ** 53 })),
    'intervals[2].capacityGb is 9007199254740992: must be <= 9007199254740988',
  ],
  ['no amount', faulty(() => ({ capacityGb: undefined })), 'intervals[2].capacityGb is missing: must be given'],
];

/** The same interval twice, however its times are written and whatever it wants. */
function twice(again: (one: CapacityInterval) => CapacityInterval): (day: number) => unknown {
  return (day) => ({ intervals: [interval(day), interval(day + quarterMs), again(interval(day))] });
}

const sameAgain =
  /^intervals\[2\]\.startsAt is "[^"]+": must not be in the request twice: intervals\[0\] is the same interval$/u;

const faultyLists: readonly FaultyRequest[] = [
  ['an interval twice', twice((one) => one), sameAgain],
  ['an interval twice, with another amount', twice((one) => ({ ...one, capacityGb: 8 })), sameAgain],
  [
    'an interval twice, written differently',
    twice((one) => ({ ...one, startsAt: one.startsAt.replace('Z', '.000+00:00') })),
    sameAgain,
  ],
  [
    'a member that nobody knows',
    faulty(() => ({ unit: 'GB' })),
    'intervals[2].unit is not a member that the contract knows',
  ],
  [
    'an interval that is none',
    (day) => ({ intervals: [interval(day), interval(day + quarterMs), 7] }),
    'intervals[2] is 7: must be object',
  ],
  ['no intervals', () => ({ intervals: [] }), 'intervals is []: must NOT have fewer than 1 items'],
  [
    '3,001 intervals',
    (day) => ({ intervals: intervals(day, 3_001) }),
    /^intervals is \[\{"startsAt":.*…: must NOT have more than 3000 items$/u,
  ],
  [
    'one interval for a list',
    (day) => ({ intervals: interval(day) }),
    /^intervals is \{"startsAt":.*\}: must be array$/u,
  ],
  ['no list', () => ({}), 'intervals is missing: must be given'],
  [
    'a second member',
    (day) => ({ intervals: [interval(day)], dryRun: true }),
    'dryRun is not a member that the contract knows',
  ],
  ['a list for the body', (day) => [interval(day)], /^body is \[\{"startsAt":.*\}\]: must be object$/u],
  ['malformed JSON', (day) => `{"intervals":[${JSON.stringify(interval(day))}`, /^body must be JSON: ./u],
  ['no JSON at all', () => 'intervals=1', /^body must be JSON: ./u],
  ['nothing', () => '', /^body must be JSON: ./u],
];

export const faultyRequests: readonly FaultyRequest[] = [...faultyTimes, ...faultyAmounts, ...faultyLists];
