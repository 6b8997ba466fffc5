import { connect } from 'node:net';

import { expect, onTestFinished, test, vi } from 'vitest';

import { sendRaw } from '../test/test-server.ts';
import { Connections } from './connections.ts';
import { createHttpServer, httpLimits } from './http-server.ts';
import type { HttpLimits } from './http-server.ts';
import { listen } from './listen.ts';

async function start(limits: Partial<HttpLimits> = {}, maxConnections = 100) {
  const onConnectionRefused = vi.fn();
  const server = createHttpServer({
    listener: (_request, response) => void response.end('hello'),
    maxConnections,
    maxBodyBytes: 1_024,
    silenceTimeoutMs: 60_000,
    limits: { ...httpLimits, ...limits },
    newToken: () => 'new-token',
    connections: new Connections(),
    onConnectionRefused,
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: await listen(server, '127.0.0.1', 0), onConnectionRefused };
}

const impatient = { headersTimeoutMs: 100, uploadTimeoutMs: 150, checkIntervalMs: 20 };

test.each([
  ['says nothing', ''],
  ['stops in the middle of its headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow'],
])('a connection that %s is closed', async (_, text) => {
  const { url } = await start(impatient);
  expect(await sendRaw(url, text)).toMatch(/^HTTP\/1\.1 408 .*X-Request-Id: new-token/su);
});

test('the limits in force are those of the design', () => {
  expect(httpLimits).toMatchObject({ headersTimeoutMs: 5_000, uploadTimeoutMs: 10_000, checkIntervalMs: 1_000 });
});

test.each([
  ['what is no HTTP', 'hello\r\n\r\n', 400, 'This is not a well-formed HTTP request.'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'well-formed'],
  [
    'headers that are too long',
    `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
    431,
    '16384 bytes',
  ],
  ['a request without a host', 'GET / HTTP/1.1\r\nX-Request-Id: new-token\r\n\r\n', 400, 'header.Host must be given.'],
  [
    'a strange expectation',
    'GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n',
    417,
    'header.Expect must be 100-continue.',
  ],
])('%s is refused with a reason and a request id', async (_, text, status, message) => {
  const { url } = await start();
  const answer = await sendRaw(url, text);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
  expect(answer).toContain('X-Request-Id: new-token');
  expect(answer).toContain(message);
  expect(answer).toContain('Connection: close');
});

test('a body is asked for only if it will be read', async () => {
  const { url } = await start(impatient);
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n';
  expect(await sendRaw(url, `${head}Content-Length: 2\r\n\r\nok`)).toMatch(
    /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /u,
  );
  expect(await sendRaw(url, `${head}Content-Length: 1025\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /u);
});

test('connections beyond the limit are closed at once and counted', async () => {
  const { url, onConnectionRefused } = await start({}, 1);
  const { hostname, port } = new URL(url);
  const first = connect(Number(port), hostname);
  onTestFinished(() => void first.destroy());
  await new Promise((resolve) => first.once('connect', resolve));
  await sendRaw(url).catch(() => '');
  expect(onConnectionRefused).toHaveBeenCalledTimes(1);
});
