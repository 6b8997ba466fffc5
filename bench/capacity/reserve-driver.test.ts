import { expect, test } from 'vitest';

import { startFakeServer } from '../testing/fake-server.ts';
import type { FakeAnswer, SeenRequest } from '../testing/fake-server.ts';
import { runCalls } from '../testing/run-calls.ts';
import { openDriver } from './reserve-driver.ts';
import type { ReserveOptions } from './reserve-driver.ts';

interface Body {
  readonly intervals: readonly { readonly startsAt: string; readonly endsAt: string; readonly capacityGb: number }[];
}

const size = 8;
const reservation = { reservationId: '0189a2b4-1c3d-4e5f-8a6b-7c8d9e0f1a2b', createdAt: '2026-11-21T09:34:30.125Z' };
const bodyOf = ({ body }: SeenRequest) => body as Body;
const reserved = (request: SeenRequest) => ({ status: 200, body: { ...reservation, ...bodyOf(request) } });
const refusedWith = (shortfall: object) => (request: SeenRequest) => {
  const intervals = bodyOf(request).intervals.map(({ startsAt, capacityGb }) => {
    return { startsAt, requestedGb: capacityGb, reservableGb: 0, reason: 'insufficient_capacity', ...shortfall };
  });
  return { status: 409, body: { error: 'capacity_not_available', intervals } };
};
const refused = refusedWith({});

type Wanted = Pick<ReserveOptions, 'spread' | 'answer'>;

/** What is counted, and what is seen, with a server that always answers so. */
async function countWith(wanted: Wanted, answer: (request: SeenRequest) => FakeAnswer) {
  await using server = await startFakeServer(answer);
  const driver = await openDriver({ urls: [server.url], connections: 2, size, ...wanted });
  try {
    return { seen: server.seen, ...(await runCalls(driver)) };
  } finally {
    await driver.close();
  }
}

test('counts the intervals that were reserved, each request with a key of its own', async () => {
  const { seen, units, requests, wrongAnswers } = await countWith({ spread: 'busy', answer: 'reserved' }, reserved);
  expect(wrongAnswers).toBe(0);
  expect(requests).toBeGreaterThan(0);
  expect(units).toBe(requests * size);
  expect(new Set(seen.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(seen.length);
  expect(seen[0]).toMatchObject({ path: '/api/capacity/reservations' });
  expect(bodyOf(seen[0]!).intervals).toHaveLength(size);
  expect(bodyOf(seen[0]!).intervals.slice(0, 2)).toEqual([
    { startsAt: '2050-01-03T00:00:00Z', endsAt: '2050-01-03T00:15:00Z', capacityGb: 4 },
    { startsAt: '2050-01-03T00:15:00Z', endsAt: '2050-01-03T00:30:00Z', capacityGb: 4 },
  ]);
});

test('finds empty days for each sample that the ones before have not used', async () => {
  const one = await countWith({ spread: 'empty', answer: 'reserved' }, reserved);
  const other = await countWith({ spread: 'empty', answer: 'reserved' }, reserved);
  const days = [...one.seen, ...other.seen].map((request) => bodyOf(request).intervals[0]?.startsAt);
  expect(new Set(days).size).toBe(days.length);
});

test('counts the intervals that were refused where they should be', async () => {
  const { units, requests, wrongAnswers } = await countWith({ spread: 'busy', answer: 'refused' }, refused);
  expect(wrongAnswers).toBe(0);
  expect(units).toBe(requests * size);
});

test.each([
  ['nothing is left', 'reserved', refused, 'status 409'],
  ['something else is reserved', 'reserved', other({ capacityGb: 8 }), '"capacityGb":8'],
  ['an interval is missing', 'reserved', () => reservedWithout(1), reservation.reservationId],
  ['there is no id', 'reserved', (seen: SeenRequest) => ({ status: 200, body: bodyOf(seen) }), '"intervals"'],
  ['what is full is reserved', 'refused', reserved, 'status 200'],
  ['something is left of it', 'refused', refusedWith({ reservableGb: 4 }), '"reservableGb":4'],
  ['somebody was faster', 'refused', refusedWith({ reason: 'concurrent_write' }), 'concurrent_write'],
] as const)('finds it wrong when %s', async (_what, answer, server, said) => {
  const { units, wrongAnswers, firstWrongAnswer } = await countWith({ spread: 'busy', answer }, server);
  expect(units).toBe(0);
  expect(wrongAnswers).toBeGreaterThan(0);
  expect(firstWrongAnswer).toContain(said);
});

function other(change: object) {
  return (request: SeenRequest) => {
    const intervals = bodyOf(request).intervals.map((interval) => ({ ...interval, ...change }));
    return { status: 200, body: { ...reservation, intervals } };
  };
}

function reservedWithout(count: number): FakeAnswer {
  const intervals = Array.from({ length: size - count }, () => ({}));
  return { status: 200, body: { ...reservation, intervals } };
}
