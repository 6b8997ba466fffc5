import { describe, expect, test } from 'vitest';

import {
  BadRequestError,
  CapacityNotAvailableError,
  ConnectionError,
  Holdfast,
  IdempotencyKeyConflictError,
  intervals,
} from '../../src/index.ts';
import { capacityServer } from '../fakes/fake-capacity.ts';
import { answers, breaks, scriptedFetch } from '../fakes/fake-fetch.ts';
import type { SentRequest } from '../fakes/fake-fetch.ts';

const night = intervals('2026-09-01T22:00:00Z', '2026-09-01T23:00:00Z', 768);
type Interval = (typeof night)[number];
const [first, second, third, fourth] = night as [Interval, Interval, Interval, Interval];
const keys = (sent: readonly SentRequest[]) => sent.map(({ headers }) => headers.get('idempotency-key'));
const asked = (sent: readonly SentRequest[]) =>
  sent.map(({ body }) => (body as unknown as { intervals: Interval[] }).intervals);

async function refusal(call: PromiseLike<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}

describe('reserveUpTo()', () => {
  test('reserves what fits by one request, under the key of the caller', async () => {
    const { capacity, sent } = capacityServer();
    const reserved = await capacity.reserveUpTo({ intervals: night }, { idempotencyKey: 'batch-7' });
    expect(reserved).toMatchObject({ reservationId: 'reservation-1', intervals: night, shortfalls: [] });
    expect(keys(sent)).toEqual(['batch-7']);
    expect(sent[0]).toMatchObject({ method: 'POST', path: '/api/capacity/reservations', body: { intervals: night } });
  });

  test('throws any failure but a shortfall, and asks for nothing again', async () => {
    const fault = 'intervals[0].startsAt is "x": must be UTC';
    const { fetch, sent } = scriptedFetch(() => new Response(fault, { status: 400 }));
    const { capacity } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
    expect(await refusal(capacity.reserveUpTo({ intervals: night }))).toBeInstanceOf(BadRequestError);
    expect(sent).toHaveLength(1);
  });
});

describe('what does not fit', () => {
  test('is cut to what can be had, in multiples of 4 GB, and left out where nothing can', async () => {
    const { capacity, server, sent } = capacityServer();
    server.take(first.startsAt, 1_024 - 15);
    server.take(second.startsAt, 1_024 - 3);
    server.take(fourth.startsAt, 2_000);
    const reserved = await capacity.reserveUpTo({ intervals: night });
    const got = [{ ...first, capacityGb: 12 }, third];
    expect(reserved.intervals).toEqual(got);
    expect(asked(sent)).toEqual([night, got]);
    const reason = 'insufficient_capacity';
    expect(reserved.shortfalls).toEqual([
      { startsAt: first.startsAt, requestedGb: 768, reservableGb: 15, reservedGb: 12, reason },
      { startsAt: second.startsAt, requestedGb: 768, reservableGb: 3, reservedGb: 0, reason },
      { startsAt: fourth.startsAt, requestedGb: 768, reservableGb: 0, reservedGb: 0, reason },
    ]);
  });

  test('is found by its time, however that was written', async () => {
    const { capacity, server, sent } = capacityServer();
    server.take(first.startsAt, 1_000);
    server.take(second.startsAt, 1_004);
    const written = [
      { ...first, startsAt: '2026-09-01T22:00:00+00:00' },
      { ...second, startsAt: new Date(second.startsAt) },
    ];
    const { shortfalls } = await capacity.reserveUpTo({ intervals: written });
    expect(shortfalls.map(({ reservedGb }) => reservedGb)).toEqual([24, 20]);
    expect(asked(sent)[1]).toEqual([
      { ...first, startsAt: '2026-09-01T22:00:00+00:00', capacityGb: 24 },
      { ...second, startsAt: '2026-09-01T22:15:00.000Z', capacityGb: 20 },
    ]);
  });

  test('is never made more than was asked for, whatever a server says', async () => {
    const shortfall = { startsAt: first.startsAt, requestedGb: 768, reservableGb: 900, reason: 'concurrent_write' };
    const { fetch, sent } = scriptedFetch(
      answers({ error: 'capacity_not_available', intervals: [shortfall] }, 409),
      answers({ reservationId: 'r-1' }),
    );
    const { capacity } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
    await capacity.reserveUpTo({ intervals: [first] });
    expect(asked(sent)[1]).toEqual([first]);
  });

  test('nowhere at all is the refusal, and not asked again', async () => {
    const { capacity, server, sent } = capacityServer();
    for (const { startsAt } of night) server.take(startsAt, 1_022);
    const error = await refusal(capacity.reserveUpTo({ intervals: night }));
    expect(error).toBeInstanceOf(CapacityNotAvailableError);
    expect((error as CapacityNotAvailableError).intervals).toHaveLength(4);
    expect(sent).toHaveLength(1);
  });

  test('a second time is the second refusal: it is adjusted once', async () => {
    const { capacity, server, sent } = capacityServer((server) => server.take(first.startsAt, 400));
    const error = await refusal(capacity.reserveUpTo({ intervals: night }));
    expect(error).toBeInstanceOf(CapacityNotAvailableError);
    const shortfall = { startsAt: first.startsAt, requestedGb: 624, reservableGb: 224 };
    expect((error as CapacityNotAvailableError).intervals).toMatchObject([shortfall]);
    expect(sent).toHaveLength(2);
    expect(server.reservedGb.get(Date.parse(second.startsAt))).toBeUndefined();
  });
});

describe('the idempotency key of the adjusted request', () => {
  test('is made of the caller’s, so that a later run does and answers the same', async () => {
    const { capacity, server, sent } = capacityServer();
    server.take(first.startsAt, 1_000);
    const options = { idempotencyKey: 'batch-7', headers: { 'X-Trace': '1' } };
    const once = await capacity.reserveUpTo({ intervals: night }, options);
    server.take(second.startsAt, 100);
    const { data: again, response } = await capacity.reserveUpTo({ intervals: night }, options).withResponse();
    expect(again).toEqual(once);
    expect(response.headers.get('idempotent-replayed')).toBe('true');
    expect(keys(sent)).toEqual(['batch-7', 'batch-7/adjusted', 'batch-7', 'batch-7/adjusted']);
    expect(sent.map(({ headers }) => headers.get('x-trace'))).toEqual(['1', '1', '1', '1']);
    expect(server.reservedGb.get(Date.parse(first.startsAt))).toBe(1_024);
  });

  test('finds the reservation of a run that never heard of it', async () => {
    const { server, fetch: serve, capacity } = capacityServer();
    server.take(first.startsAt, 1_000);
    let isCut = true;
    const fetch: typeof serve = async (url, init) => {
      const answer = await serve(url, init);
      const { headers } = init as { headers: Headers };
      if (isCut && headers.get('idempotency-key') === 'batch-7/adjusted') throw new TypeError('fetch failed');
      return answer;
    };
    const cut = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch, maxRetries: 0 }).capacity;
    const error = await refusal(cut.reserveUpTo({ intervals: night }, { idempotencyKey: 'batch-7' }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ outcomeUnknown: true });
    isCut = false;
    const { reservationId } = await capacity.reserveUpTo({ intervals: night }, { idempotencyKey: 'batch-7' });
    expect(reservationId).toBe('reservation-1');
  });

  test('is another one for each call without a key', async () => {
    const { capacity, server, sent } = capacityServer();
    server.take(first.startsAt, 1_000);
    await capacity.reserveUpTo({ intervals: [first, second] });
    await capacity.reserveUpTo({ intervals: [second, third] });
    const [one, oneAdjusted, two] = keys(sent);
    expect(oneAdjusted).toBe(`${one}/adjusted`);
    expect(two).not.toBe(one);
  });

  test('has room: a longer key is refused before anything is sent', async () => {
    const { capacity, sent } = capacityServer();
    await capacity.reserveUpTo({ intervals: night }, { idempotencyKey: 'k'.repeat(240) });
    const error = await refusal(capacity.reserveUpTo({ intervals: night }, { idempotencyKey: 'k'.repeat(241) }));
    expect(error).toBeInstanceOf(RangeError);
    expect(sent).toHaveLength(1);
  });

  test('that was used for other intervals is a conflict, and no shortfall', async () => {
    const { capacity } = capacityServer();
    await capacity.reserve({ intervals: [first] }, { idempotencyKey: 'batch-7' });
    const error = await refusal(capacity.reserveUpTo({ intervals: night }, { idempotencyKey: 'batch-7' }));
    expect(error).toBeInstanceOf(IdempotencyKeyConflictError);
  });
});

test('a signal ends it, between the two requests too', async () => {
  const controller = new AbortController();
  const { capacity, server, sent } = capacityServer((_, nth) => nth === 1 && controller.abort(new Error('Enough.')));
  server.take(first.startsAt, 1_000);
  await expect(capacity.reserveUpTo({ intervals: night }, { signal: controller.signal })).rejects.toThrow('Enough.');
  expect(sent).toHaveLength(1);
});

test('attempts that break are made again under the same key', async () => {
  const { fetch, sent } = scriptedFetch(breaks, answers({ reservationId: 'r-1' }));
  const { capacity } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
  await capacity.reserveUpTo({ intervals: night });
  expect(new Set(keys(sent)).size).toBe(1);
  expect(sent).toHaveLength(2);
});
