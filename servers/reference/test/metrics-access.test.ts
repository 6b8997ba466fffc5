import { once } from 'node:events';
import { connect } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { startTestServer } from './test-server.ts';

const token = 'a-token-of-26-characters!!';

async function read(url: string, authorization?: string): Promise<Response> {
  return fetch(url, { headers: authorization === undefined ? {} : { Authorization: authorization } });
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  return (await fetch(url, init)).status;
}

test('without settings, metrics are on the port of the API and need nothing', async () => {
  const { url, metricsUrl } = await startTestServer();
  expect(metricsUrl).toBe(`${url}/metrics`);
  expect(await (await read(metricsUrl)).text()).toContain('holdfast_http_connections');
});

test('a token: metrics are for those who send it', async () => {
  const server = await startTestServer({ metricsToken: token });
  for (const authorization of [
    undefined,
    'Bearer',
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token}!`,
    `Bearer ${token.toUpperCase()}`,
    `Basic ${token}`,
    token,
  ]) {
    const answer = await read(server.metricsUrl, authorization);
    expect([answer.status, answer.headers.get('WWW-Authenticate')], authorization).toEqual([401, 'Bearer']);
    expect(await answer.json()).toMatchObject({ error: 'unauthorized', requestId: expect.any(String) });
  }
  // An API key, which `ask` sends, is no token.
  expect((await server.ask('/metrics')).status).toBe(401);
  for (const authorization of [`Bearer ${token}`, `bearer  ${token}`]) {
    expect(await (await read(server.metricsUrl, authorization)).text()).toContain('holdfast_http_connections');
  }
  expect(await statusOf(server.metricsUrl, { method: 'HEAD' })).toBe(401);
  expect(await statusOf(`${server.url}/readyz`)).toBe(200);
});

test('a port: metrics are there and nowhere else, and nothing else is there', async () => {
  const server = await startTestServer({ metricsPort: 0, metricsToken: token });
  expect((await server.ask('/metrics')).status).toBe(404);
  expect(await statusOf(server.metricsUrl)).toBe(401);
  const answer = await read(server.metricsUrl, `Bearer ${token}`);
  expect(answer.headers.get('Content-Type')).toMatch(/^text\/plain; version=/u);
  expect(await answer.text()).toContain('operation="none",status="404"');
  for (const path of ['/', '/docs', '/openapi.json', '/healthz', '/readyz', '/api/v1/Reservation', '/v1/events']) {
    expect(await statusOf(new URL(path, server.metricsUrl).href), path).toBe(404);
  }
  expect(await statusOf(server.metricsUrl, { method: 'POST', body: '{}' })).toBe(405);
});

test('the port of metrics can be read while the API has no connection left', async () => {
  const { url, metricsUrl } = await startTestServer({ metricsPort: 0, maxConnections: 1 });
  const { hostname, port } = new URL(url);
  const only = connect(Number(port), hostname);
  onTestFinished(() => void only.destroy());
  await new Promise((resolve) => only.once('connect', resolve));
  await expect(read(`${url}/healthz`)).rejects.toThrow();
  expect(await (await read(metricsUrl)).text()).toMatch(/^holdfast_http_connections_refused_total [1-9]/mu);
});

test('a stop closes the port of metrics, and waits there neither for idle connections nor for half a request', async () => {
  const server = await startTestServer({ metricsPort: 0, shutdownTimeoutMs: 3_600_000 });
  await (await read(server.metricsUrl)).text();
  const { hostname, port } = new URL(server.metricsUrl);
  const socket = connect(Number(port), hostname);
  const closed = once(socket, 'close');
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost');
  // With the answer to the first request, half of the second one has arrived.
  await once(socket, 'data');
  await server.stop();
  await closed;
  await expect(read(server.metricsUrl)).rejects.toThrow();
});
