import { familyRoots } from '@holdfast/gateway';
import { http, HttpResponse } from 'msw';
import type { setupServer as setupServerType } from 'msw/node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import { baseUrl, Client, reservePath } from './client.ts';

/** What has to hold under every version of MSW that may be installed beside us. */
export function describeHandlers(version: string, setupServer: typeof setupServerType, handlerClass: Function): void {
  describe(`the handlers under ${version}`, () => {
    const mock = createHoldfastMock({ baseUrl });
    const others = http.all('*', () => HttpResponse.text('somebody else'));
    const server = setupServer(...mock.handlers, others);
    const client = new Client((input, init) => fetch(input, init));

    beforeAll(() => server.listen());
    beforeEach(() => mock.reset());
    afterAll(() => server.close());

    test('are of this version', () => {
      expect(mock.handlers).toHaveLength(familyRoots.size);
      expect(mock.handlers[0]).toBeInstanceOf(handlerClass);
    });

    test('reserve, refuse and release', async () => {
      const alices = await client.reserve({ requester: 'alice', resource: 'room', ttlSeconds: 60 });
      expect(alices).toMatchObject({ status: 'ACQUIRED', expiresAt: '2026-01-01T00:01:00.000Z' });

      expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ALREADY_HELD' });

      const { releaseToken } = alices;
      const body = [{ requester: 'alice', resource: 'room', releaseToken }];
      const released = await client.send('POST', '/api/v1/Reservation/unreserve', { body });
      expect(released.json).toMatchObject([{ status: 'RELINQUISHED', released: ['room'] }]);
    });

    test('answer 204 without a body, and HEAD without one', async () => {
      await mock.seed({ definitions: [{ name: 'Printer', capacity: 2 }] });
      const head = await client.send('HEAD', '/api/v1/Resource/definitions');
      expect(head).toMatchObject({ status: 200, text: '', headers: { 'x-request-id': expect.any(String) } });
      const deleted = await client.send('DELETE', '/api/v1/Resource/definitions/Printer');
      expect(deleted).toMatchObject({ status: 204, text: '' });
    });

    test('take names with any character in the path', async () => {
      const resource = 'a/b?c#d %25 é ☂ *';
      await client.reserve({ requester: 'alice', resource });
      const { json } = await client.send('GET', `/api/v1/Reservation/${encodeURIComponent(resource)}`);
      expect(json).toMatchObject({ resource, status: 'HELD', requester: 'alice' });
    });

    test('refuse what is unknown below the root of the contract, as the server does', async () => {
      expect(await client.send('GET', '/api/v1/Nothing')).toMatchObject({ status: 404, json: { error: 'not_found' } });
      expect(await client.send('GET', '/api/v1/reservation')).toMatchObject({ status: 404 });
      const malformed = await client.send('GET', '/api/v1/Reservation/%E0%A4%A');
      expect(malformed).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    });

    test('leave other paths and addresses to other handlers', async () => {
      const urls = [
        `${baseUrl}/docs`,
        `${baseUrl}/api/v10`,
        `${baseUrl}/below/api/v1/Reservation`,
        'http://other.test/api/v1/Reservation',
      ];
      const answers = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
      expect(answers).toEqual(urls.map(() => 'somebody else'));
    });

    test('fail as a connection fails', async () => {
      mock.failNext({ status: 'network', operationId: 'reserve' });
      await expect(client.reserve({ requester: 'alice', resource: 'room' })).rejects.toThrow(TypeError);
      expect(await client.reserve({ requester: 'bob', resource: 'room' })).toMatchObject({ status: 'ACQUIRED' });
    });

    test('stop waiting when the client does', async () => {
      mock.latency(60_000);
      const controller = new AbortController();
      const answer = client.send('GET', '/api/v1/Reservation', { signal: controller.signal });
      controller.abort(new Error('no longer'));
      await expect(answer).rejects.toThrow('no longer');
    });

    test('serve 64 claims at once, of which one is granted', async () => {
      const claims = Array.from({ length: 64 }, (_, index) =>
        client.reserve({ requester: `r${index}`, resource: 'room' }),
      );
      const statuses = (await Promise.all(claims)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 'ACQUIRED')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'ALREADY_HELD')).toHaveLength(63);
    });

    test('keep a path in the base URL', async () => {
      const prefixed = createHoldfastMock({ baseUrl: 'http://holdfast.test/below/' });
      server.use(...prefixed.handlers);
      const result = await new Client(fetch, 'http://holdfast.test/below').send('POST', reservePath, {
        body: [{ requester: 'alice', resource: 'room' }],
      });
      server.resetHandlers();
      expect(result.json).toMatchObject([{ status: 'ACQUIRED' }]);
    });
  });
}
