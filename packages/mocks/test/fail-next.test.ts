import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';
import { responseValidator } from '@holdfast/contract/responses';
import { beforeEach, describe, expect, test } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import type { FailNextOptions } from '../src/index.ts';
import { baseUrl, Client, reservePath } from './client.ts';

const mock = createHoldfastMock({ baseUrl });
const client = new Client(mock.fetch);
const claim = { body: [{ requester: 'alice', resource: 'room' }] };

beforeEach(() => mock.reset());

const failures = Object.values(operations).flatMap((operation: OperationDescription) =>
  operation.statuses.filter((status) => status >= 400).map((status) => ({ operation, status })),
);

describe('every failure that the contract promises', () => {
  test.each(failures)('$operation.operationId answers $status', async ({ operation, status }) => {
    const operationId = operation.operationId as NonNullable<FailNextOptions['operationId']>;
    mock.failNext({ operationId, status });
    const path = operation.path.replaceAll(/\{\w+\}/gu, 'room');
    const answer = await client.send(operation.method, path, operation.requestBody ? claim : {});
    expect(answer.status).toBe(status);
    const validate = responseValidator(operationId, status);
    const { json = answer.text } = answer;
    expect([validate(json), validate.errors ?? []]).toEqual([true, []]);
    const { requestId = answer.headers['x-request-id'] } = json as { requestId?: string };
    expect(answer.headers['x-request-id']).toBe(requestId);
    expect(answer.headers['retry-after']).toBe([429, 503].includes(status) ? '1' : undefined);
    expect(answer.headers['content-type']).toBe(mediaTypeOf(operation, status));
  });
});

function mediaTypeOf({ family }: OperationDescription, status: number): string {
  if (family === 'capacity' && status === 400) return 'text/plain; charset=utf-8';
  return ['credits', 'administration', 'webhooks'].includes(family)
    ? 'application/problem+json'
    : 'application/json; charset=utf-8';
}

describe('failNext', () => {
  test('fails once, without an effect', async () => {
    mock.failNext({ status: 503 });
    expect(await client.send('POST', reservePath, claim)).toMatchObject({
      status: 503,
      json: { error: 'unavailable' },
    });
    expect(await client.send('POST', reservePath, claim)).toMatchObject({
      status: 200,
      json: [{ status: 'ACQUIRED' }],
    });
  });

  test('fails as often as it is told', async () => {
    mock.failNext({ status: 500, times: 2 });
    const statuses = [];
    for (let call = 0; call < 3; call++) statuses.push((await client.send('GET', '/api/v1/Reservation')).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  test('queues', async () => {
    mock.failNext({ status: 500 });
    mock.failNext({ status: 503 });
    const statuses = [];
    for (let call = 0; call < 3; call++) statuses.push((await client.send('GET', '/api/v1/Reservation')).status);
    expect(statuses).toEqual([500, 503, 200]);
  });

  test('leaves other operations alone, and those that never fail so', async () => {
    mock.failNext({ status: 500, operationId: 'unreserve' });
    mock.failNext({ status: 409 });
    expect(await client.send('GET', '/api/v1/Reservation')).toMatchObject({ status: 200 });
    expect(await client.send('GET', '/api/v1/Nothing')).toMatchObject({ status: 404 });
    expect(await client.send('POST', reservePath, claim)).toMatchObject({ status: 409 });
    expect(await client.send('POST', '/api/v1/Reservation/unreserve', claim)).toMatchObject({ status: 500 });
  });

  test('fails a HEAD as it would the GET', async () => {
    mock.failNext({ status: 503, operationId: 'listReservations' });
    expect(await client.send('HEAD', '/api/v1/Reservation')).toMatchObject({ status: 503, text: '' });
  });

  test('lets a connection fail', async () => {
    mock.failNext({ status: 'network' });
    await expect(client.send('POST', reservePath, claim)).rejects.toThrow(TypeError);
    expect(await client.send('POST', reservePath, claim)).toMatchObject({ json: [{ status: 'ACQUIRED' }] });
  });

  test.each(['network', 500, 503] as const)(
    'loses an answer (%s), which the idempotency key brings back',
    async (status) => {
      const request = { ...claim, headers: { 'Idempotency-Key': 'once' } };
      mock.failNext({ status, after: true });
      const lost = client.send('POST', reservePath, request);
      if (status === 'network') await expect(lost).rejects.toThrow(TypeError);
      else expect(await lost).toMatchObject({ status });

      const { json } = await client.send('GET', '/api/v1/Reservation/room');
      expect(json).toMatchObject({ status: 'HELD', requester: 'alice' });
      const replay = await client.send('POST', reservePath, request);
      expect(replay).toMatchObject({
        status: 200,
        json: [{ status: 'ACQUIRED' }],
        headers: { 'idempotent-replayed': 'true' },
      });
      expect(await client.events()).toHaveLength(1);
    },
  );

  test('says of each item of a 403 what became of it', async () => {
    mock.failNext({ status: 403, operationId: 'renew' });
    const body = [{ requester: 'alice', resource: 'room', ttlSeconds: 1 }];
    const { json } = await client.send('POST', '/api/v1/Reservation/renew', { body });
    expect(json).toMatchObject({
      results: [{ resource: 'room', requester: 'alice', status: 'DOESNT_OWN_RESERVATION' }],
    });
  });

  test('refuses credits as the published text has it', async () => {
    mock.failNext({ status: 402, operationId: 'createHold' });
    const { status, text } = await client.send('POST', '/v1/reserve', { body: {} });
    expect([status, JSON.parse(text)]).toEqual([
      402,
      {
        type: 'https://api.quotastack.io/errors/insufficient-credits',
        title: 'Insufficient Credits',
        status: 402,
        detail: 'Insufficient credits for reservation.',
      },
    ]);
  });

  test.each([
    ['/v1/reserve/any/commit', 'commitHold', 'reservation-not-active'],
    ['/v1/customers', 'createCustomer', 'conflict'],
    ['/v1/usage', 'recordUsage', 'idempotency-key-conflict'],
  ] as const)('takes for a 409 of %s what is mostly the reason', async (path, operationId, slug) => {
    mock.failNext({ status: 409, operationId });
    const { json } = await client.send('POST', path, { body: {} });
    expect(json).toMatchObject({ type: `https://api.quotastack.io/errors/${slug}`, status: 409 });
  });

  test('refuses capacity as the published text has it: a sentence, and a shortfall of every interval', async () => {
    const path = '/api/capacity/reservations';
    const intervals = [
      { startsAt: '2026-01-01T01:00:00+00:00', endsAt: '2026-01-01T01:15:00+00:00', capacityGb: 64 },
      { startsAt: '2026-01-01T01:15:00.000Z', endsAt: '2026-01-01T01:30:00.000Z', capacityGb: 8 },
    ];
    mock.failNext({ status: 400, operationId: 'reserveCapacity' });
    const refused = await client.send('POST', path, { body: { intervals } });
    expect([refused.status, refused.text]).toEqual([400, 'request failed because the mock was told so']);
    mock.failNext({ status: 409, operationId: 'reserveCapacity' });
    const { json } = await client.send('POST', path, { body: { intervals } });
    const reason = 'concurrent_write';
    expect(json).toEqual({
      error: 'capacity_not_available',
      intervals: [
        { startsAt: '2026-01-01T01:00:00Z', requestedGb: 64, reservableGb: 0, reason },
        { startsAt: '2026-01-01T01:15:00.000Z', requestedGb: 8, reservableGb: 0, reason },
      ],
    });
  });

  test('takes for a 403 below /v1/admin that the key is no admin’s', async () => {
    mock.failNext({ status: 403, operationId: 'updateCapacityLimits' });
    const { json } = await client.send('PUT', '/v1/admin/capacity', { body: { org_cap_gb: 8 } });
    const scope = 'platform:admin';
    expect(json).toMatchObject({ type: 'https://api.quotastack.io/errors/forbidden', status: 403, scope });
  });

  test.each([
    ['reserve', reservePath, { limit: 200, limitType: 'opsPerMinute', retryAfter: 31 }],
    ['listReservations', '/api/v1/Reservation', { limit: 1_000, limitType: 'readsPerMinute', retryAfter: 31 }],
    ['quoteCapacity', '/api/capacity/quotes', { limit: 1_000, limitType: 'readsPerMinute', retryAfter: 31 }],
    ['createApiKey', '/v1/admin/api-keys', { limit: 1, limit_type: 'apiKeys', retry_after: 31 }],
    ['createHold', '/v1/reserve', { limit: 200, limit_type: 'opsPerMinute', retry_after: 31 }],
  ] as const)('takes for a 429 of %s the limit that it counts against', async (operationId, path, members) => {
    mock.failNext({ status: 429, operationId, retryAfterSeconds: 31 });
    const { headers, json } = await client.send(operations[operationId].method, path, {});
    expect(headers['retry-after']).toBe('31');
    expect(json).toMatchObject({ tier: 'free', ...members });
  });

  test('gives problems the types that the options say', async () => {
    const problemTypeBase = 'https://errors.test/v2#';
    const other = createHoldfastMock({ baseUrl, problemTypeBase });
    other.failNext({ status: 503, operationId: 'getHold' });
    const failed = await new Client(other.fetch).send('GET', '/v1/reserve/any');
    expect(failed).toMatchObject({ json: { type: 'https://errors.test/v2#unavailable' } });
    const lost = await new Client(other.fetch).send('GET', '/v1/nowhere');
    expect(lost).toMatchObject({ json: { type: 'https://errors.test/v2#not-found' } });
    expect(() => createHoldfastMock({ baseUrl, problemTypeBase: 'https://errors.test/v2' })).toThrow('ends with /');
  });

  test('lets a test say when to come again', async () => {
    mock.failNext({ status: 503, retryAfterSeconds: 0 });
    expect(await client.send('GET', '/api/v1/Reservation')).toMatchObject({ headers: { 'retry-after': '0' } });
  });

  test.each([
    [{ status: 418 }, 'choose 400, 401, 402, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503 or "network"'],
    [{ status: 200 }, 'No operation fails with 200'],
    [{ status: 404, operationId: 'reserve' }, 'reserve never fails with 404'],
    [{ status: 500, operationId: 'conserve' }, 'no operation "conserve"'],
    [{ status: 500, times: 0 }, 'times'],
    [{ status: 409, after: true }, 'has no effect'],
    [{ status: 500, retryAfterSeconds: 1 }, 'for the statuses 429 and 503'],
    [{ status: 503, retryAfterSeconds: -1 }, 'retryAfterSeconds'],
    [{ status: 503, retryAfterSeconds: Number.POSITIVE_INFINITY }, 'retryAfterSeconds'],
    [{ status: 503, time: 2 }, 'has no time'],
  ])('refuses %j', (options, message) => {
    expect(() => mock.failNext(options as FailNextOptions)).toThrow(message);
  });
});
