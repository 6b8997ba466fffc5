import { describe, expect, test } from 'vitest';

import {
  BadRequestError,
  CapacityNotAvailableError,
  ConflictError,
  Holdfast,
  IdempotencyKeyConflictError,
  intervals,
  PermissionDeniedError,
} from '../src/index.ts';
import { answers, scriptedFetch } from './fakes/fake-fetch.ts';
import type { Answer } from './fakes/fake-fetch.ts';

type Capacity = Holdfast['capacity'];

function client(...script: Answer[]) {
  const nothing = answers({ intervals: [], reservations: [], nextCursor: null });
  const { fetch, sent } = scriptedFetch(...(script.length > 0 ? script : [nothing]));
  return { capacity: new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch }).capacity, sent };
}

const uuid = /^[0-9a-f-]{36}$/;
const from = '2026-09-01T22:00:00Z';
const to = '2026-09-01T22:30:00Z';
const night = intervals(from, to, 16);
const sample = { workloadId: 'batch', at: from, memoryGb: 48 };
const period = 'from=2026-09-01T22%3A00%3A00Z&to=2026-09-01T22%3A30%3A00Z';
const periodOfDates = period.replaceAll('00Z', '00.000Z');
const dates = { from: new Date(from), to: new Date(to) };

describe('each method asks for its operation', () => {
  test.each<[string, (capacity: Capacity) => PromiseLike<unknown>, unknown?]>([
    ['POST /api/capacity/reservations', (capacity) => capacity.reserve({ intervals: night }), { intervals: night }],
    [`GET /api/capacity/reservations?${period}&limit=2`, (capacity) => capacity.list({ from, to, limit: 2 })],
    ['GET /api/capacity/reservations/r%2F1', (capacity) => capacity.get('r/1')],
    ['POST /api/capacity/quotes', (capacity) => capacity.quote({ intervals: night }), { intervals: night }],
    [`GET /api/capacity/calendar?${period}`, (capacity) => capacity.calendar({ from, to })],
    [
      `GET /api/capacity/windows?durationMinutes=30&capacityGb=16&${period}`,
      (capacity) => capacity.windows({ durationMinutes: 30, capacityGb: 16, from, to }),
    ],
    ['POST /api/capacity/usage', (capacity) => capacity.recordUsage({ samples: [sample] }), { samples: [sample] }],
    [`GET /api/capacity/usage?${period}`, (capacity) => capacity.usage({ from, to })],
    ['GET /v1/admin/capacity', (capacity) => capacity.limits()],
    ['GET /v1/admin/capacity?tenant_id=acme', (capacity) => capacity.limits({ tenant_id: 'acme' })],
    [
      'PUT /v1/admin/capacity',
      (capacity) => capacity.setLimits({ tenant_id: 'acme', org_cap_gb: null, from, to }),
      { tenant_id: 'acme', org_cap_gb: null, from, to },
    ],
  ])('%s', async (request, call, body) => {
    const { capacity, sent } = client();
    await call(capacity);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([request]);
    expect(sent[0]!.body).toEqual(body);
    const isWrite = !request.startsWith('GET') && !request.endsWith('/quotes');
    const key = sent[0]!.headers.get('idempotency-key');
    if (isWrite) expect(key).toMatch(uuid);
    else expect(key).toBeNull();
  });
});

describe('a time may be a Date', () => {
  test.each<[string, (capacity: Capacity) => PromiseLike<unknown>]>([
    ['calendar', (capacity) => capacity.calendar(dates)],
    ['usage', (capacity) => capacity.usage(dates)],
    ['reservations', (capacity) => capacity.list(dates)],
    ['windows', (capacity) => capacity.windows({ ...dates, durationMinutes: 15, capacityGb: 4 })],
  ])('in the query of %s', async (name, call) => {
    const { capacity, sent } = client();
    await call(capacity);
    expect(sent[0]!.path).toContain(`/${name}?${periodOfDates}`);
  });

  test('in a body', async () => {
    const { capacity, sent } = client();
    await capacity.reserve({ intervals: [{ startsAt: new Date(from), endsAt: new Date(to), capacityGb: 4 }] });
    await capacity.recordUsage({ samples: [{ ...sample, at: new Date(from) }] });
    await capacity.setLimits({ org_cap_gb: 8, ...dates });
    const [startsAt, endsAt] = [dates.from.toISOString(), dates.to.toISOString()];
    expect(sent.map(({ body }) => body)).toEqual([
      { intervals: [{ startsAt, endsAt, capacityGb: 4 }] },
      { samples: [{ ...sample, at: startsAt }] },
      { org_cap_gb: 8, from: startsAt, to: endsAt },
    ]);
  });

  test('and one that is no time is for the server to refuse, by its name', async () => {
    const { capacity, sent } = client();
    await capacity.calendar({ from: new Date(Number.NaN), to });
    expect(sent[0]!.path).toContain('?from=null&');
  });
});

test('each method takes the options of all calls', async () => {
  const { capacity, sent } = client();
  const options = { idempotencyKey: 'order-7', headers: { 'X-Trace': '1' } };
  const writes = [
    capacity.reserve({ intervals: night }, options),
    capacity.reserveUpTo({ intervals: night }, options),
    capacity.recordUsage({ samples: [sample] }, options),
    capacity.setLimits({ org_cap_gb: 8 }, options),
  ];
  const reads = [
    capacity.list({ from, to }, options),
    capacity.get('r-1', options),
    capacity.quote({ intervals: night }, options),
    capacity.calendar({ from, to }, options),
    capacity.windows({ durationMinutes: 15, capacityGb: 4, from, to }, options),
    capacity.usage({ from, to }, options),
    capacity.limits({}, options),
  ];
  await Promise.all([...writes, ...reads]);
  expect(sent.map(({ headers }) => headers.get('x-trace'))).toEqual(sent.map(() => '1'));
  const keys = sent.map(({ headers }) => headers.get('idempotency-key'));
  expect(keys).toEqual([...writes.map(() => 'order-7'), ...reads.map(() => null)]);
});

describe('the list', () => {
  const page = (ids: string[], nextCursor: string | null) =>
    answers({ reservations: ids.map((reservationId) => ({ reservationId })), nextCursor });

  test('iterated is all reservations, with the same query for each page', async () => {
    const { capacity, sent } = client(page(['a', 'b'], 'c1'), page([], 'c2'), page(['c'], null));
    const seen = [];
    for await (const { reservationId } of capacity.list({ ...dates, limit: 2 })) seen.push(reservationId);
    expect(seen).toEqual(['a', 'b', 'c']);
    const queries = ['limit=2', 'limit=2&cursor=c1', 'limit=2&cursor=c2'];
    const address = `/api/capacity/reservations?${periodOfDates}`;
    expect(sent.map(({ path }) => path)).toEqual(queries.map((query) => `${address}&${query}`));
  });

  test('awaited is its first page', async () => {
    const { capacity } = client(page(['a'], 'c1'));
    expect(await capacity.list({ from, to })).toEqual({ reservations: [{ reservationId: 'a' }], nextCursor: 'c1' });
  });
});

describe('the calendar', () => {
  const rows = [
    { startsAt: from, reservableGb: 16 },
    { startsAt: '2026-09-01T22:15:00Z', reservableGb: 0 },
  ];
  const calendar = answers({ from, to, resource: 'memory_gb', intervals: rows }, 200, { 'X-Request-Id': 'req-1' });

  test('is an array of rows', async () => {
    const { capacity } = client(calendar);
    const seen = [];
    for (const { reservableGb } of await capacity.calendar({ from, to })) seen.push(reservableGb);
    expect(seen).toEqual([16, 0]);
  });

  test('hands out its raw response, too', async () => {
    const { capacity } = client(calendar);
    const { data, response, requestId } = await capacity.calendar({ from, to }).withResponse();
    expect({ data, status: response.status, requestId }).toEqual({ data: rows, status: 200, requestId: 'req-1' });
  });
});

describe('a refusal', () => {
  const failureOf = (answer: Answer) =>
    client(answer)
      .capacity.reserve({ intervals: night }, { maxRetries: 0 })
      .then(
        () => expect.unreachable(),
        (error: unknown) => error,
      );
  const shortfall = { startsAt: from, requestedGb: 16, reservableGb: 8, reason: 'concurrent_write' };
  const other = { ...shortfall, startsAt: '2026-09-01T22:15:00Z', reason: 'insufficient_capacity' };
  const notAvailable = { error: 'capacity_not_available', intervals: [shortfall, other] };

  test('for want of memory has every interval that does not fit', async () => {
    const error = await failureOf(answers(notAvailable, 409));
    expect(error).toBeInstanceOf(CapacityNotAvailableError);
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({
      name: 'CapacityNotAvailableError',
      message: `409 capacity_not_available: ${from} has 8 of 16 GB (the first of 2)`,
      code: 'capacity_not_available',
      intervals: [shortfall, other],
      retryable: false,
    });
  });

  test.each([
    ['one interval', { intervals: [shortfall] }, `: ${from} has 8 of 16 GB`, [shortfall]],
    ['none, as no server says it', {}, '', []],
  ])('for want of memory in %s', async (_, body, said, intervals) => {
    const error = await failureOf(answers({ error: 'capacity_not_available', ...body }, 409));
    expect(error).toBeInstanceOf(CapacityNotAvailableError);
    expect(error).toMatchObject({ message: `409 capacity_not_available${said}`, intervals });
  });

  test('of an idempotency key says so, although the wire has only its code', async () => {
    const error = await failureOf(answers({ error: 'idempotency_key_conflict' }, 409));
    expect(error).toBeInstanceOf(IdempotencyKeyConflictError);
    const message = 'The idempotency key was used for another request within the last 24 hours.';
    expect(error).toMatchObject({ message: `409 idempotency_key_conflict: ${message}` });
  });

  test.each(['text/plain; charset=utf-8', 'text/plain', 'Text/Plain'])('as %s is its own message', async (type) => {
    const sentence = 'intervals[3].capacityGb is 5: must be a multiple of 4';
    const headers = { 'Content-Type': type };
    const error = await failureOf(() => new Response(sentence, { status: 400, headers }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ message: sentence, body: sentence, status: 400, code: 'http_400', details: [] });
  });

  test.each([
    ['another text', 'text/html', '<h1>Bad request</h1>'],
    ['no text', 'text/plain', ''],
  ])('as %s is not', async (_, type, body) => {
    const error = await failureOf(() => new Response(body, { status: 400, headers: { 'Content-Type': type } }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ message: '400 http_400', body });
  });

  test('for want of admin scope is a PermissionDeniedError', async () => {
    const problem = { type: 'https://holdfast.test/errors/forbidden', title: 'Forbidden', status: 403, detail: 'No.' };
    const { capacity } = client(answers(problem, 403, { 'Content-Type': 'application/problem+json' }));
    const error: unknown = await capacity.limits().then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ code: 'forbidden', message: '403 forbidden: No.' });
  });
});
