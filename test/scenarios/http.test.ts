import { describe, expect, test } from 'vitest';

import { describeTargets } from '../targets/describe-targets.ts';
import { apiKeys } from '../targets/target.ts';

describeTargets('HTTP', ({ send }) => {
  describe('200', () => {
    test.each(['X-API-Key', 'X-Api-Key', 'x-api-key'])('takes the API key in %s', async (name) => {
      const answer = await send('GET', '/api/v1/Reservation', { apiKey: null, headers: { [name]: apiKeys.live } });
      expect(answer.status).toBe(200);
    });

    test.each(['Bearer', 'bearer', 'BEARER'])('takes the API key as a token of the scheme %s', async (scheme) => {
      const answer = await send('GET', '/api/v1/Reservation', { apiKey: null, headers: { Authorization: `${scheme} ${apiKeys.live}` } });
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

    test.each(['has a space', '<script>', 'x'.repeat(65), 'né'])('does not carry on a request id such as %j', async (id) => {
      const answer = await send('GET', '/api/v1/Reservation', { headers: { 'X-Request-Id': id } });
      expect(answer.headers.get('X-Request-Id')).toMatch(/^[\w.-]{1,64}$/u);
      expect(answer.headers.get('X-Request-Id')).not.toBe('x'.repeat(65));
    });

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
      const answer = await send('POST', '/api/v1/Reservation/reserve', { body: [{ requester: 'a', resource: 'r', ttlSeconds: 0 }] });
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
      const body = new Uint8Array([...new TextEncoder().encode('[{"requester":"a","resource":"r'), 0xff, ...new TextEncoder().encode('"}]')]);
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
      '/api/v1/events',
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
});
