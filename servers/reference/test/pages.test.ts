import { openapi } from '@holdfast/contract';
import { StoreUnavailable } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';

import { startTestServer, storeWith } from './test-server.ts';

test('/healthz says that the process lives', async () => {
  const server = await startTestServer();
  const answer = await server.ask('/healthz');
  expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
});

test('/readyz says whether the store can be written', async () => {
  const checkWritable = () => Promise.reject(new StoreUnavailable('No room in /secret/path.', { fault: 'diskFull' }));
  const failing = await startTestServer({}, { store: storeWith(() => ({ checkWritable })) });
  const answer = await failing.ask('/readyz');
  const reason = "not ready: the store's disk is full: nothing can be written until there is room again\n";
  expect([answer.status, answer.headers.get('Content-Type'), await answer.text()]).toEqual([
    503,
    'text/plain; charset=utf-8',
    reason,
  ]);
  expect((await failing.ask('/healthz')).status).toBe(200);
  const working = await startTestServer();
  expect((await working.ask('/readyz')).status).toBe(200);
});

test('/openapi.json is the contract, with the server that was asked', async () => {
  const server = await startTestServer();
  const { servers, ...document } = (await (await server.ask('/openapi.json')).json()) as Record<string, unknown>;
  const { servers: _own, ...expected } = openapi as Record<string, unknown>;
  expect(document).toEqual(expected);
  expect(servers).toEqual([{ url: server.url, description: 'The server that serves this document.' }]);
  const behindProxy = await server.ask('/openapi.json', { headers: { 'X-Forwarded-Proto': 'https' } });
  expect(await behindProxy.json()).toMatchObject({ servers: [{ url: server.url.replace('http:', 'https:') }] });
});

test('/ leads to the reference', async () => {
  const server = await startTestServer();
  const answer = await server.ask('/');
  expect([answer.status, answer.headers.get('Location')]).toEqual([302, '/docs']);
  expect((await server.ask('/docs')).headers.get('Content-Type')).toBe('text/html; charset=utf-8');
});

describe('/metrics', () => {
  test('counts requests by operation and status', async () => {
    const server = await startTestServer();
    await server.reserve([{ requester: 'alice', resource: 'demo' }]);
    await server.reserve([]);
    await server.ask('/api/v1/Reservation/any%20name');
    await server.ask('/api/v1/nothing');
    const text = await (await server.ask('/metrics')).text();
    for (const [operation, status] of [
      ['reserve', 200],
      ['reserve', 400],
      ['getReservation', 200],
      ['none', 404],
    ]) {
      expect(text).toContain(
        `holdfast_http_request_duration_seconds_count{operation="${operation}",status="${status}"} 1`,
      );
    }
  });

  test('tells about the process, its connections and the sweeper', async () => {
    const server = await startTestServer();
    const text = await (await server.ask('/metrics')).text();
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds \d/mu);
    expect(text).toMatch(/^holdfast_http_requests_in_flight 1$/mu);
    expect(text).toMatch(/^holdfast_http_connections [1-9]/mu);
    expect(text).toContain('holdfast_sweeps_total');
  });

  test('are apart for two servers in one process', async () => {
    const [one, other] = [await startTestServer(), await startTestServer()];
    await one.ask('/api/v1/nothing');
    expect(await (await one.ask('/metrics')).text()).toContain('operation="none"');
    expect(await (await other.ask('/metrics')).text()).not.toContain('operation="none"');
  });
});
