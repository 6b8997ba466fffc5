import { describe, expect, test } from 'vitest';

import { describeTargets } from '../targets/describe-targets.ts';
import type { Scenario, WireAnswer } from '../targets/describe-targets.ts';
import { apiKeys } from '../targets/target.ts';

describeTargets('an API key', ({ send }) => {
  describe('401', () => {
    test.each([`hf_live_${'z'.repeat(43)}`, apiKeys.live.slice(0, -1), '__proto__'])(
      'refuses one that is not in the store: %s',
      async (apiKey) => expect(await send('GET', '/api/v1/Reservation', { apiKey })).toMatchObject({ status: 401 }),
    );
  });
});

const gatewayAlone = { isGatewayAlone: true };

const describeHttp = ({ send }: Scenario) => {
  describe('200', () => {
    test.each(['X-API-Key', 'X-Api-Key', 'x-api-key'])('takes the API key in %s', async (name) => {
      const answer = await send('GET', '/api/v1/Reservation', { apiKey: null, headers: { [name]: apiKeys.live } });
      expect(answer.status).toBe(200);
    });

    test.each(['Bearer', 'bearer', 'BEARER'])('takes the API key as a token of the scheme %s', async (scheme) => {
      const answer = await send('GET', '/api/v1/Reservation', {
        apiKey: null,
        headers: { Authorization: `${scheme} ${apiKeys.live}` },
      });
      expect(answer.status).toBe(200);
    });

    test.each(['/api/v1/Reservation', '/v1/customers', '/v1/admin/capacity'])(
      'takes a bearer token beside an empty X-API-Key at %s',
      async (path) => {
        const answer = await send('GET', path, { apiKey: '', headers: { Authorization: `Bearer ${apiKeys.live}` } });
        expect(answer.status).toBe(200);
      },
    );

    test('goes by X-API-Key where a bearer token is another key', async () => {
      const answer = await send('GET', '/api/v1/Reservation', { headers: { Authorization: 'Bearer another' } });
      expect(answer.status).toBe(200);
    });

    test('carries a request id of its own, another one each time', async () => {
      const answers = await Promise.all([1, 2].map(() => send('GET', '/api/v1/Reservation')));
      const ids = answers.map(({ headers }) => headers.get('X-Request-Id'));
      expect(ids[0]).toMatch(/^[\w.-]{16,64}$/u);
      expect(ids[1]).not.toBe(ids[0]);
    });

    test("carries the client's request id", async () => {
      const answer = await send('GET', '/api/v1/Reservation', { headers: { 'X-Request-Id': 'trace-4711.a_b' } });
      expect(answer.headers.get('X-Request-Id')).toBe('trace-4711.a_b');
    });

    test.each(['has a space', '<script>', 'x'.repeat(65), 'né'])(
      'does not carry on a request id such as %j',
      async (id) => {
        const answer = await send('GET', '/api/v1/Reservation', { headers: { 'X-Request-Id': id } });
        expect(answer.headers.get('X-Request-Id')).toMatch(/^[\w.-]{1,64}$/u);
        expect(answer.headers.get('X-Request-Id')).not.toBe('x'.repeat(65));
      },
    );

    test('is not to be cached', async () => {
      const answer = await send('GET', '/api/v1/Reservation');
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
    });
  });

  describe('400', () => {
    test('names its request, in the body as in the header', async () => {
      const answer = await send('GET', '/api/v1/Reservation?limit=0', { headers: { 'X-Request-Id': 'trace-1' } });
      expect(answer).toMatchObject({ status: 400, json: { requestId: 'trace-1' } });
    });

    test('says what is wrong with which field, in a sentence and for programs', async () => {
      const answer = await send('POST', '/api/v1/Reservation/reserve', {
        body: [{ requester: 'a', resource: 'r', ttlSeconds: 0 }],
      });
      expect(answer.json).toMatchObject({
        error: 'invalid_request',
        message: expect.stringContaining('/0/ttlSeconds'),
        details: [{ field: '/0/ttlSeconds', rule: 'minimum', message: expect.stringMatching(/./u) }],
      });
    });

    test('stays short, however much is wrong', async () => {
      const body = Array.from({ length: 100 }, () => ({ requester: '', resource: '', ttlSeconds: 0, x: 1, y: 2 }));
      const answer = await send('POST', '/api/v1/Reservation/reserve', { body });
      expect(answer.status).toBe(400);
      expect((answer.json as { details: readonly unknown[] }).details.length).toBeLessThanOrEqual(20);
    });

    test('is the answer to a body that is no UTF-8', async () => {
      const body = new Uint8Array([
        ...new TextEncoder().encode('[{"requester":"a","resource":"r'),
        0xff,
        ...new TextEncoder().encode('"}]'),
      ]);
      const answer = await send('POST', '/api/v1/Reservation/reserve', { bytes: body });
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    });
  });

  describe('404', () => {
    test.each([
      '/api',
      '/api/v1',
      '/api/v1/',
      '/api/v1/reservation',
      '/api/v1/RESERVATION/reserve',
      '/API/v1/Reservation',
      '/api/v2/Reservation',
      '/api/v1/Reservation/',
      '/api/v1/Reservation/reserve/',
      '/api/v1//Reservation',
      '/api/v1/Reservation//',
      '/api/v1/Reservation/a/b',
      '/api/v1/resource/definitions',
      '/api/v1/Resource/definitions/a/b',
      '/api/v1/Events/history',
      '/api/v1/events/',
      '/api/v1/Reserv%61tion',
    ])('is the answer at %s', async (path) => {
      const answer = await send('PUT', path);
      expect(answer).toMatchObject({ status: 404, json: { error: 'not_found' } });
    });
  });

  describe('405', () => {
    test('is the answer to HEAD where there is no GET', async () => {
      expect(await send('HEAD', '/api/v1/Reservation/reserve')).toMatchObject({ status: 405, text: '' });
    });
  });
};

describeTargets('HTTP', describeHttp, gatewayAlone);

const describeHttpBelowV1 = ({ send }: Scenario) => {
  const base = 'https://api.quotastack.io/errors/';
  const mediaTypeOf = ({ headers }: WireAnswer) => headers.get('Content-Type')?.split(';')[0];

  describe('200', () => {
    test.each(['X-API-Key', 'X-Api-Key', 'x-api-key'])('takes the API key in %s', async (name) => {
      const answer = await send('GET', '/v1/customers', { apiKey: null, headers: { [name]: apiKeys.live } });
      expect([answer.status, mediaTypeOf(answer)]).toEqual([200, 'application/json']);
    });

    test('takes the API key as a bearer token', async () => {
      const headers = { Authorization: `Bearer ${apiKeys.live}` };
      expect((await send('GET', '/v1/customers', { apiKey: null, headers })).status).toBe(200);
    });

    test("carries the client's request id, and is not to be cached", async () => {
      const { headers } = await send('GET', '/v1/customers', { headers: { 'X-Request-Id': 'trace-4711.a_b' } });
      expect([headers.get('X-Request-Id'), headers.get('Cache-Control')]).toEqual(['trace-4711.a_b', 'no-store']);
    });
  });

  describe('400', () => {
    test('says what is wrong with which field, in a sentence and for programs, and has exactly these members', async () => {
      const answer = await send('POST', '/v1/reserve', {
        body: { external_customer_id: 'a', billable_metric_key: 'm', estimated_units: 0 },
      });
      expect([answer.status, mediaTypeOf(answer)]).toEqual([400, 'application/problem+json']);
      expect(answer.json).toEqual({
        type: `${base}validation-failed`,
        title: 'Validation Failed',
        status: 400,
        detail: '/estimated_units must be >= 1.',
        errors: [{ pointer: '/estimated_units', detail: 'must be >= 1', rule: 'minimum' }],
      });
    });

    test.each([
      ['a parameter', 'GET', '/v1/customers?limit=0', undefined, 'query.limit'],
      ['a part of the path', 'GET', '/v1/billable-metrics/a%20b', undefined, 'path.key'],
      ['the whole body', 'POST', '/v1/reserve', '[]', 'body'],
      ['a member that is missing', 'POST', '/v1/reserve', '{"billable_metric_key":"m"}', '/estimated_units'],
      ['an inner member', 'POST', '/v1/usage/batch', '{"events":[{"units":1}]}', '/events/0/billable_metric_key'],
      ['a member with a slash in its name', 'POST', '/v1/customers', '{"external_id":"a","a/b~c":1}', '/a~1b~0c'],
    ])('names %s', async (_what, method, path, body, pointer) => {
      const answer = await send(method, path, { body });
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer }] } });
    });

    test('stays short, however much is wrong', async () => {
      const events = Array.from({ length: 1_000 }, () => ({ units: 0, billable_metric_key: '', x: 1 }));
      const answer = await send('POST', '/v1/usage/batch', { body: { events } });
      expect(answer.status).toBe(400);
      expect((answer.json as { errors: readonly unknown[] }).errors.length).toBeLessThanOrEqual(20);
    });
  });

  describe('401', () => {
    test('is a problem of exactly these members, and names its request in the header alone', async () => {
      const answer = await send('GET', '/v1/customers', { apiKey: null, headers: { 'X-Request-Id': 'trace-1' } });
      expect([answer.status, mediaTypeOf(answer), answer.headers.get('X-Request-Id')]).toEqual([
        401,
        'application/problem+json',
        'trace-1',
      ]);
      expect(answer.json).toEqual({
        type: `${base}unauthorized`,
        title: 'Unauthorized',
        status: 401,
        detail: expect.stringMatching(/X-API-Key/u),
      });
    });
  });

  describe('404', () => {
    test.each([
      '/v1',
      '/v1/',
      '/v1/reserves',
      '/v1/Reserve',
      '/v1/reserve/',
      '/v1//reserve',
      '/v1/reserve/a/commit/',
      '/v1/reserve/a/Commit',
      '/v1/customers/',
      '/v1/customers/a/credits/',
      '/v1/customers//credits',
      '/v1/customers/a/b',
      '/v1/customer-by-external-id',
      '/v1/customer-by-external-id/a/b/c',
      '/v1/topup',
      '/v1/usage/batches',
      '/v1/Reservation',
    ])('is the answer at %s, in the shape of this family', async (path) => {
      const answer = await send('PUT', path);
      expect([answer.status, mediaTypeOf(answer)]).toEqual([404, 'application/problem+json']);
      expect(answer.json).toEqual({
        type: `${base}not-found`,
        title: 'Not Found',
        status: 404,
        detail: `There is nothing at ${path}.`,
      });
    });

    test.each(['/v1.', '/v10/reserve', '/V1/reserve', '/v2/reserve', '/api/v1/reserve', '/reserve'])(
      'is the answer at %s, in the shape of others',
      async (path) => {
        expect(await send('PUT', path)).toMatchObject({ status: 404, json: { error: 'not_found' } });
      },
    );
  });

  describe('405', () => {
    test.each([
      ['/v1/reserve', 'POST'],
      ['/v1/reserve/a', 'GET, HEAD'],
      ['/v1/reserve/a/release', 'POST'],
      ['/v1/customers', 'GET, HEAD, POST'],
      ['/v1/customers/a', 'GET, HEAD, PATCH'],
      ['/v1/customers/a/credits', 'GET, HEAD'],
      ['/v1/events', 'GET, HEAD'],
    ])('is the answer to DELETE at %s, and says what there is', async (path, allow) => {
      const answer = await send('DELETE', path);
      expect(answer.headers.get('Allow')?.split(', ').toSorted().join(', ')).toBe(allow);
      expect(answer.json).toEqual({
        type: `${base}method-not-allowed`,
        title: 'Method Not Allowed',
        status: 405,
        detail: `${path} can't be asked with DELETE.`,
      });
    });
  });
};

describeTargets('HTTP below /v1', describeHttpBelowV1, gatewayAlone);
