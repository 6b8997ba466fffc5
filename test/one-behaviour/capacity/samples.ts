import fc from 'fast-check';

import { listOf, mostly, onceIn } from '../choices.ts';
import { post } from '../drafts.ts';
import type { Draft, Journal } from '../family.ts';
import { dayMs, latestOwnHour, quarterMs } from './hours.ts';

/** Few, so that samples meet; their order is another one by code point than by most collations. */
const workloadId = mostly(
  fc.constantFrom('a', 'a', 'a', 'A', 'b', '😀', '\ufffd', 'w/1 %'),
  '',
  'w'.repeat(257),
  7,
  '\ud800',
);

const memoryGb = mostly(fc.constantFrom(0, 4, 8, 16, 17, 30, 64, 1_000_000), -1, 1.5, 1_000_001, '1');

type Moment = (journal: Journal) => number;

/** In the tenant's latest hour, so that what was reserved there is used, at its boundaries and beside them. */
const inOwnHour: fc.Arbitrary<Moment> = fc
  .tuple(fc.integer({ min: -1, max: 5 }), fc.constantFrom(0, 0, 1, -1, 499, 1_000, 60_000, 600_000))
  .map(([quarter, offsetMs]) => (journal) => {
    const earliestMs = journal.nowMs - dayMs;
    const wantedMs = latestOwnHour(journal) + quarter * quarterMs + offsetMs;
    // Not all hours are less than a day ago.
    return Math.min(Math.max(wantedMs, earliestMs + ((wantedMs % dayMs) % (12 * quarterMs))), journal.nowMs);
  });

const aroundNow: fc.Arbitrary<Moment> = fc
  .constantFrom(0, 0, -1, -1_000, -60_000, -3_600_000, 1, 999, 60_000, -dayMs, -dayMs + 1)
  .map(
    (offsetMs) =>
      ({ nowMs }) =>
        nowMs + offsetMs,
  );

const outOfTime: fc.Arbitrary<Moment> = fc.constantFrom(60_001, dayMs, -dayMs - 1).map(
  (offsetMs) =>
    ({ nowMs }) =>
      nowMs + offsetMs,
);

const sample = fc.record({
  workloadId,
  at: fc.oneof(
    { weight: 12, arbitrary: inOwnHour },
    { weight: 8, arbitrary: aroundNow },
    { weight: 1, arbitrary: outOfTime },
  ),
  wrongTime: onceIn(80, fc.constantFrom('yesterday', '2100-01-01', '2100-01-01T00:00:00.0000000000Z')),
  memoryGb,
});

export const samples: fc.Arbitrary<Draft> = listOf(sample, 5).map((all) => {
  return post('/api/capacity/usage', (journal) => ({
    samples: all.map(({ at, wrongTime, ...rest }) => {
      return { ...rest, at: wrongTime ?? new Date(at(journal)).toISOString() };
    }),
  }));
});
