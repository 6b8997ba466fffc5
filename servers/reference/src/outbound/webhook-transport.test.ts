import type { IncomingMessage, RequestListener } from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { forbiddenHosts } from './testing/forbidden-hosts.ts';
import { loopback, range, resolver, serve } from './testing/receiver.ts';
import { createWebhookTransport } from './webhook-transport.ts';

const refusal = { error: 'This URL leads to an address that is not allowed: a special one, or by http.' };
const message = {
  headers: { 'content-type': 'application/json', 'webhook-id': 'acme.live.7', 'X-Mine': 'a b' },
  body: '{"ä":1}',
  timeoutMs: 60_000,
};

/** Sends to a receiver on loopback, which this transport may reach. */
function sendTo(port: number, { live = true, timeoutMs = 60_000, headers = message.headers, path = '/' } = {}) {
  const transport = createWebhookTransport({ allowedRanges: loopback });
  return transport.send({ ...message, url: `http://127.0.0.1:${port}${path}`, live, timeoutMs, headers });
}

describe('an address that is not public', () => {
  test.each(forbiddenHosts)('is sent nothing as %s, in a URL and as the address of a name', async (host) => {
    const resolve = resolver();
    const transport = createWebhookTransport({ allowedRanges: [], resolve });
    for (const live of [true, false]) {
      for (const url of [`https://${host}/`, `http://${host}/`, `https://${host}:8443/`, `http://${host}:1024/`]) {
        expect(await transport.send({ ...message, url, live }), url).toEqual(refusal);
      }
    }
    expect(resolve).not.toHaveBeenCalled();

    const address = new URL(`https://${host}`).hostname.replace(/^\[|\]$/gu, '');
    for (const url of ['https://hooks.example.com/', 'http://hooks.example.com/']) {
      const byName = createWebhookTransport({ allowedRanges: [], resolve: resolver([address]) });
      expect(await byName.send({ ...message, url, live: false }), url).toEqual(refusal);
    }
  });

  test.each([
    'https:127.0.0.1/',
    'https:/127.0.0.1/',
    'https:////127.0.0.1/',
    String.raw`https:\\127.0.0.1\@8.8.8.8/`,
    String.raw`https://127.0.0.1\@8.8.8.8/`,
    'https://127.0.0.1#@8.8.8.8/',
    'https://127.0.0.1?@8.8.8.8/',
    'https://127.0.0.1/@8.8.8.8/',
    'ht\ntps://127.0.\t0.1/',
    ' https://127.0.0.1 ',
    'HTTPS://127.0.0.1/',
    'https://1\u00AD27.0.0.1/',
    'https://127.0.0.1:0443/',
  ])('is sent nothing by %j', async (url) => {
    const transport = createWebhookTransport({ allowedRanges: [] });
    expect(await transport.send({ ...message, url, live: true })).toEqual(refusal);
  });

  test.each([
    'https://8.8.8.8@127.0.0.1/',
    'https://8.8.8.8:443@127.0.0.1/',
    'https://%40:a@127.0.0.1/',
    'https://@:@[::1/',
  ])('is sent nothing behind a user name, as in %s', async (url) => {
    const transport = createWebhookTransport({ allowedRanges: loopback });
    const error = 'This is not an http or https URL without a user name and password.';
    expect(await transport.send({ ...message, url, live: true })).toEqual({ error });
  });

  test.each([
    ['localhost', '127.0.0.1'],
    ['LOCALHOST', '::1'],
    ['ｌｏｃａｌｈｏｓｔ', '127.0.0.1'],
    ['localhost.localdomain', '127.0.0.1'],
    ['ip6-localhost', '::1'],
    ['metadata', '169.254.169.254'],
    ['metadata.google.internal', '169.254.169.254'],
    ['instance-data.ec2.internal', '169.254.169.254'],
    ['metadata.azure.internal', '169.254.169.254'],
    ['kubernetes.default.svc', '10.96.0.1'],
    ['169.254.169.254.nip.example', '169.254.169.254'],
    ['a.b.c.rebind.example', '::ffff:10.0.0.1'],
  ])('is sent nothing behind the name %s', async (name, address) => {
    const transport = createWebhookTransport({ allowedRanges: [], resolve: resolver([address], [address]) });
    expect(await transport.send({ ...message, url: `https://${name}/`, live: true })).toEqual(refusal);
    expect(await transport.send({ ...message, url: `http://${name}/`, live: false })).toEqual(refusal);
  });

  test('is sent nothing where a name is looked up again and means something else', async () => {
    const { port, asked } = await serve((_request, response) => response.end());
    const resolve = resolver(['127.0.0.1'], ['127.0.0.2'], ['127.0.0.2', '127.0.0.1'], ['10.0.0.1']);
    const transport = createWebhookTransport({ allowedRanges: [range('127.0.0.1/32')], resolve });
    const send = () => transport.send({ ...message, url: `http://rebind.example.com:${port}/`, live: true });
    expect(await send()).toMatchObject({ status: 200 });
    expect(await send()).toEqual(refusal);
    expect(await send()).toMatchObject({ status: 200 });
    expect(await send()).toEqual(refusal);
    expect([resolve.mock.calls.length, asked()]).toEqual([4, 2]);
  });
});

describe('plain http', () => {
  test('to a public address is for the environment test only', async () => {
    const connect = vi.spyOn(net, 'connect').mockImplementation(() => {
      throw new Error('connected');
    });
    onTestFinished(() => connect.mockRestore());
    const transport = createWebhookTransport({ allowedRanges: [] });
    const send = (live: boolean) => transport.send({ ...message, url: 'http://8.8.8.8/', live });
    expect(await send(true)).toEqual(refusal);
    expect(connect).not.toHaveBeenCalled();
    expect(await send(false)).toEqual({ error: 'It could not be sent: connected' });
    connect.mockRestore();
    const byName = createWebhookTransport({ allowedRanges: [], resolve: resolver(['8.8.8.8']) });
    expect(await byName.send({ ...message, url: 'http://hooks.example.com/', live: true })).toEqual(refusal);
  });

  test.each([true, false])('reaches a range that the operator allows, live: %s', async (live) => {
    const { port } = await serve((_request, response) => response.end('hello'));
    expect(await sendTo(port, { live })).toEqual({ status: 200, body: 'hello', retryAfter: undefined });
  });

  test.each([0, 1, 22, 25, 6, 81, 444, 1_023])('never reaches port %i', async (port) => {
    expect(await sendTo(port)).toMatchObject({ error: expect.stringContaining(`Port ${port} is not allowed`) });
  });
});

describe('a message', () => {
  test('arrives as one POST with its headers and body, on a connection of its own', async () => {
    const received = Promise.withResolvers<{ request: IncomingMessage; body: string }>();
    const { port } = await serve(async (request, response) => {
      received.resolve({ request, body: await text(request) });
      response.writeHead(204).end();
    });
    expect(await sendTo(port, { path: '/hook?a=%20#b' })).toEqual({ status: 204, body: '', retryAfter: undefined });
    const { request, body } = await received.promise;
    expect([request.method, request.url, body]).toEqual(['POST', '/hook?a=%20', message.body]);
    expect(request.headers).toEqual({
      host: `127.0.0.1:${port}`,
      connection: 'close',
      'content-type': 'application/json',
      'content-length': '8',
      'webhook-id': 'acme.live.7',
      'x-mine': 'a b',
    });
  });

  test.each([
    { 'transfer-encoding': 'chunked' },
    { 'content-length': '1' },
    { upgrade: 'websocket' },
    { expect: '100-continue' },
    { 'x-a': 'b\r\nx-c: d' },
    { 'x a': 'b' },
  ])('is not sent with %j', async (headers) => {
    const { port, asked } = await serve((_request, response) => response.end());
    expect(await sendTo(port, { headers: headers as unknown as typeof message.headers })).toEqual({
      error: expect.stringMatching(/^It could not be sent: /u),
    });
    expect(asked()).toBe(0);
  });
});

describe('an answer', () => {
  test.each([301, 302, 303, 307, 308])('of %i is told and not followed', async (status) => {
    const target = await serve((_request, response) => response.end('secret'));
    const location = `http://127.0.0.1:${target.port}/`;
    const { port } = await serve((_request, response) => response.writeHead(status, { location }).end('moved'));
    expect(await sendTo(port)).toEqual({ status, body: 'moved', retryAfter: undefined });
    expect(target.asked()).toBe(0);
  });

  test.each(['120', 'Wed, 21 Oct 2026 07:28:00 GMT'])('says when to try again: %s', async (retryAfter) => {
    const { port } = await serve((_request, response) => {
      response.writeHead(503, { 'Retry-After': retryAfter }).end();
    });
    expect(await sendTo(port)).toEqual({ status: 503, body: '', retryAfter });
  });

  test('is read up to 64 KiB, between two characters, and its status counts', async () => {
    const closed = vi.fn();
    const { port } = await serve((_request, response) => {
      response.on('close', closed);
      response.write('a');
      const write = () => void response.write('é'.repeat(1_024), write);
      write();
    });
    expect(await sendTo(port)).toEqual({
      status: 200,
      body: `a${'é'.repeat(32_767)}`,
      retryAfter: undefined,
    });
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), { timeout: 60_000 });
  });

  test('whose body breaks off has been given', async () => {
    const { port } = await serve((request, response) => {
      // What is closed with something unread in it is reset.
      request.resume().on('end', () => response.write('begun', () => response.destroy()));
    });
    expect(await sendTo(port)).toEqual({ status: 200, body: 'begun', retryAfter: undefined });
  });

  test('whose body never ends has been given', async () => {
    const { port } = await serve((_request, response) => void response.write('begun'));
    expect(await sendTo(port, { timeoutMs: 3_000 })).toEqual({ status: 200, body: 'begun', retryAfter: undefined });
  });

  test('that is compressed stays so', async () => {
    const { port } = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip at all');
    });
    expect(await sendTo(port)).toMatchObject({ status: 200, body: 'not gzip at all' });
  });
});

describe('where there is no answer', () => {
  test.each<[string, RequestListener, string]>([
    ['is silent', () => {}, 'There was no answer within 0.05 s.'],
    ['hangs up', (request) => request.socket.destroy(), 'The connection was closed before there was an answer.'],
  ])('the receiver %s, and the reason is told', async (_, listener, error) => {
    const { port } = await serve(listener);
    expect(await sendTo(port, { timeoutMs: error.includes('within') ? 50 : 60_000 })).toEqual({ error });
  });

  test('nobody listens, or TLS fails, and the reason is told without addresses', async () => {
    const { port } = await serve((_request, response) => response.end());
    const transport = createWebhookTransport({ allowedRanges: loopback });
    const secure = await transport.send({ ...message, url: `https://127.0.0.1:${port}/`, live: true });
    expect(secure).toEqual({ error: expect.stringMatching(/TLS|SSL/u) });
    const { port: closedPort, close } = await serve((_request, response) => response.end());
    await close();
    expect(await sendTo(closedPort)).toEqual({ error: 'The connection was refused.' });
  });

  test('the name has no address, and the reason is told', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND hooks.example.com'), { code: 'ENOTFOUND' });
    const transport = createWebhookTransport({ allowedRanges: [], resolve: () => Promise.reject(unknown) });
    const url = 'https://hooks.example.com/';
    expect(await transport.send({ ...message, url, live: true })).toEqual({
      error: 'The name of the host is unknown.',
    });
  });

  test('the look-up hangs, and the time is over', async () => {
    const transport = createWebhookTransport({ allowedRanges: [], resolve: () => new Promise(() => {}) });
    const url = 'https://hooks.example.com/';
    expect(await transport.send({ ...message, url, live: true, timeoutMs: 50 })).toEqual({
      error: 'There was no answer within 0.05 s.',
    });
  });
});
