import type { OperationId, OperationTypes } from '@holdfast/contract';

import type { Call, Family, KnownThings, RuleBeyondSchema } from './family.ts';
import { intervalsAhead, rangesAhead, recentTimes, timeForm } from './grid-times.ts';

const ofIntervals: readonly OperationId[] = ['reserveCapacity', 'quoteCapacity'];
const ofRanges: readonly OperationId[] = ['getCapacityCalendar', 'findCapacityWindows', 'getCapacityUsage'];

const onTheGrid = 'is ".+: must be on the 15-minute grid: :00, :15, :30 or :45 in UTC, without seconds';

const intervalsBeyondSchema: readonly RuleBeyondSchema[] = [
  ['\\.(?:startsAt|endsAt)', onTheGrid, 'JSON Schema knows times, but no grid of them.'],
  ['\\.endsAt', 'is ".+: must be 15 minutes after startsAt, which is .+', 'It compares two members.'],
  ['\\.startsAt', 'is ".+: must be at least 30 minutes from now', 'No schema knows the time.'],
  ['\\.startsAt', 'is ".+: must not be in the request twice: .+', 'One time can be written in several ways.'],
].map(([member, words, reason = '']) => ({
  operationIds: ofIntervals,
  sentence: `intervals\\[\\d+\\]${member} ${words}`,
  reason,
}));

const rangesBeyondSchema: readonly RuleBeyondSchema[] = [
  {
    operationIds: ofRanges,
    sentence: `query\\.(?:from|to) ${onTheGrid}`,
    reason: 'JSON Schema knows times, but no grid.',
  },
  {
    operationIds: [...ofRanges, 'listCapacityReservations'],
    sentence: 'query\\.to (?:is ".+: )?must be later than query\\.from',
    reason: '`to` must be later than `from`.',
  },
  {
    operationIds: ofRanges,
    sentence: 'query\\.to is ".+: must be at most 35 days after query\\.from',
    reason: 'It compares two parameters.',
  },
];

export const capacity: Family = {
  rulesBeyondSchema: [
    ...intervalsBeyondSchema,
    ...rangesBeyondSchema,
    {
      operationIds: ['listCapacityReservations'],
      sentence: 'query\\.cursor is ".+: must be the nextCursor of an earlier page of this very list',
      reason: 'A cursor is one that an earlier page of the same list gave out; an invented one is refused.',
    },
    {
      operationIds: ['recordCapacityUsage'],
      sentence: 'samples\\[\\d+\\]\\.at is ".+: must not be more than (?:24 hours ago|a minute in the future)',
      reason: 'No schema knows the time.',
    },
    {
      operationIds: ['recordCapacityUsage'],
      sentence: 'samples must not bring what all workloads use at one time above 10000000 GB: it would be \\d+',
      reason: 'It adds up all workloads that there are.',
    },
  ],
  stateStatuses: [],
  plant,
};

/** Several reservations; and times that can be booked, asked for and reported, as made-up ones hardly ever can. */
async function plant(call: Call): Promise<readonly KnownThings[]> {
  const intervals = intervalsAhead(400);
  const reservations = await Promise.all(
    intervals
      .slice(0, 4)
      .map((interval) => call('POST', '/api/capacity/reservations', { intervals: [{ ...interval, capacityGb: 4 }] })),
  );
  return [
    { operationIds: ofIntervals, forms: { startsAt: timeForm, endsAt: timeForm }, isWhole: true, things: intervals },
    { operationIds: ofRanges, forms: { from: timeForm, to: timeForm }, isWhole: true, things: rangesAhead() },
    {
      operationIds: ['listCapacityReservations'],
      forms: { from: timeForm, to: timeForm },
      isWhole: true,
      things: [{ from: '2026-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' }],
    },
    { operationIds: ['recordCapacityUsage'], forms: { at: timeForm }, things: recentTimes(600).map((at) => ({ at })) },
    {
      operationIds: ['getCapacityReservation'],
      forms: { reservationId: '[A-Za-z0-9-]{1,64}' },
      things: reservations.map((one) => ({
        reservationId: (one as OperationTypes['reserveCapacity']['result']).reservationId,
      })),
    },
  ];
}
