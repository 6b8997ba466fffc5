import type { RequestListener } from 'node:http';
import { connect } from 'node:net';

import { expect, onTestFinished, test, vi } from 'vitest';

import { answerProblem } from '../../test/answer-problem.ts';
import { sendRaw } from '../../test/test-server.ts';
import { Connections } from './connections.ts';
import { createHttpServer, httpLimits } from './http-server.ts';
import type { HttpLimits } from './http-server.ts';
import { listen } from './listen.ts';

const hello: RequestListener = (_request, response) => void response.end('hello');

async function start(limits: Partial<HttpLimits> = {}, maxConnections = 100, listener = hello) {
  const onConnectionRefused = vi.fn();
  const server = createHttpServer({
    listener,
    maxConnections,
    silenceTimeoutMs: 60_000,
    limits: { ...httpLimits, ...limits },
    newToken: () => 'new-token',
    answerProblem,
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

/** Long enough for what was sent to be read before, on any machine. */
const impatientOfBodies = { headersTimeoutMs: 2_000, uploadTimeoutMs: 2_000, checkIntervalMs: 20 };

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
  ['two hosts', 'GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n', 400, 'header.Host must be given once.'],
  ['one host twice', 'GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n', 400, 'header.Host must be given once.'],
  ['two hosts of HTTP/1.0', 'GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n', 400, 'header.Host must be given once.'],
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

test.each([
  ['stops', '2\r\n[1', 408, 'request-timeout'],
  ['is malformed', 'what?\r\n\r\n', 400, 'validation-failed'],
])('a body below /v1 that %s gets a problem', async (_, body, status, slug) => {
  const { url } = await start(impatientOfBodies, 100, () => {});
  const head = 'POST /v1/reserve HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nTransfer-Encoding: chunked\r\n\r\n';
  const answer = await sendRaw(url, head + body);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*X-Request-Id: mine`, 'su'));
  expect(answer).toContain('Content-Type: application/problem+json\r\n');
  expect(answer).toContain(`"type":"https://api.quotastack.io/errors/${slug}"`);
});

test('a body below /api/capacity that stops gets JSON, and one that is malformed a sentence', async () => {
  const { url } = await start(impatientOfBodies, 100, () => {});
  const headers = 'Host: x\r\nX-Request-Id: mine\r\nTransfer-Encoding: chunked\r\n\r\n';
  const head = `POST /api/capacity/reservations HTTP/1.1\r\n${headers}`;
  const late = await sendRaw(url, `${head}2\r\n[1`);
  expect(late).toMatch(/^HTTP\/1\.1 408 .*X-Request-Id: mine.*Content-Type: application\/json/su);
  expect(late).toContain('"error":"request_timeout"');
  const malformed = await sendRaw(url, `${head}what?\r\n\r\n`);
  expect(malformed).toMatch(/^HTTP\/1\.1 400 .*X-Request-Id: mine.*Content-Type: text\/plain; charset=utf-8\r\n/su);
  expect(malformed).toMatch(/\r\n\r\nrequest must be well-formed HTTP$/u);
});

test('what is broken before its path is known is told in the oldest shape, whatever came before it', async () => {
  const { url } = await start();
  const answer = await sendRaw(url, 'GET /v1/reserve/h HTTP/1.1\r\nHost: x\r\n\r\n', 'hello\r\n\r\n');
  expect(answer).toContain('"error":"invalid_request","message":"This is not a well-formed HTTP request."');
});

test.each([
  ['a request without a host', 'X-Request-Id: a', 400, 'validation-failed'],
  ['a strange expectation', 'Host: x\r\nExpect: wonders', 417, 'expectation-failed'],
])('%s gets a problem below /v1', async (_, header, status, slug) => {
  const { url } = await start();
  const answer = await sendRaw(url, `GET /v1/reserve/h HTTP/1.1\r\n${header}\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*application/problem\\+json.*/${slug}"`, 'su'));
});

test.each([
  ['a request without a host', 'X-Request-Id: a', 400, 'text/plain', 'header.Host is missing: must be given'],
  ['a strange expectation', 'Host: x\r\nExpect: wonders', 417, 'application/json', '{"error":"expectation_failed",'],
])('%s gets the shape of capacity below /api/capacity', async (_, header, status, mediaType, beginning) => {
  const { url } = await start();
  const answer = await sendRaw(url, `GET /api/capacity/calendar HTTP/1.1\r\n${header}\r\n\r\n`);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
  expect(head).toContain(`Content-Type: ${mediaType}; charset=utf-8\r\n`);
  expect(body.slice(0, beginning.length)).toBe(beginning);
});

test.each(['gzip, chunked', 'gzip', 'chunked, gzip', 'identity', 'chunked, chunked'])(
  'a body in the transfer coding %s is refused in the shape of its family',
  async (coding) => {
    const { url } = await start();
    const ask = (path: string) =>
      sendRaw(url, `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\n\r\n2\r\n[]\r\n0\r\n\r\n`);
    const problem = await ask('/v1/reserve');
    expect(problem).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n.*application\/problem\+json.*Connection: close/su);
    expect(problem).toContain('/not-implemented"');
    const body = await ask('/api/v1/Reservation/reserve');
    expect(body).toMatch(
      /^HTTP\/1\.1 501 .*"error":"not_implemented","message":"header\.Transfer-Encoding must be chunked/su,
    );
    expect(await ask('/api/capacity/quotes')).toMatch(/^HTTP\/1\.1 501 .*"error":"not_implemented"/su);
  },
);

test.each(['Chunked', 'chunked'])('a body in the transfer coding %s is read', async (coding) => {
  const { url } = await start();
  const head = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: ${coding}\r\n\r\n`;
  expect(await sendRaw(url, `${head}2\r\n[]\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /u);
});

test('what is broken is answered after what was sent before it', async () => {
  const { url } = await start(
    {},
    100,
    (request, response) => void setImmediate(() => response.end(`hello ${request.url}`)),
  );
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const broken = await sendRaw(url, `${get('/1')}${get('/2')}hello\r\n\r\n`);
  expect(broken).toMatch(/^HTTP\/1\.1 200 .*hello \/1HTTP\/1\.1 200 .*hello \/2HTTP\/1\.1 400 .*well-formed/su);
  const post = 'POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]what?\r\n\r\n';
  expect(await sendRaw(url, `${get('/1')}${post}`)).toMatch(
    /^HTTP\/1\.1 200 .*hello \/1HTTP\/1\.1 400 .*well-formed/su,
  );
});

test('a body that breaks after its answer gets no second answer, whether it stops or is malformed', async () => {
  const { url } = await start(impatientOfBodies);
  const stopped = await sendRaw(url, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n[1');
  expect(stopped.match(/HTTP\/1\.1 .*/gu)).toEqual(['HTTP/1.1 200 OK']);
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const malformed = await sendRaw(url, `${head}2\r\n[1`, '\r\nwhat?');
  expect(malformed.match(/HTTP\/1\.1 .*/gu)).toEqual(['HTTP/1.1 200 OK']);
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
