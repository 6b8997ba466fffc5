import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import { apiKey, sendRaw, startTestServer } from '../../test/test-server.ts';

/** It has the form of a key, and not the checksum. */
const wrongKey = `hf_test_${'wrong'.padEnd(49, 'x')}`;

const body = JSON.stringify([{ requester: 'alice', resource: 'demo' }]);

function post(key: string, ...lines: readonly string[]): string {
  const all = ['Host: x', `X-API-Key: ${key}`, 'Content-Type: application/json', ...lines];
  return `POST /api/v1/Reservation/reserve HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n`;
}

const chunked = 'Transfer-Encoding: chunked';
const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

/** A connection, and what it has received. */
class Client {
  readonly socket: Socket;
  received = '';
  error: string | undefined;
  readonly #closed: Promise<unknown>;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    onTestFinished(() => void this.socket.destroy());
    this.socket.on('data', (chunk) => (this.received += chunk.toString()));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
    this.#closed = new Promise((resolve) => this.socket.once('close', resolve));
  }

  /** Sends something and waits for the beginning of an answer. */
  async send(text: string): Promise<void> {
    const answered = once(this.socket, 'data');
    this.socket.write(text);
    await answered;
  }

  /** Resolves at the end of the connection to the statuses that were received, and how it ended. */
  async end(): Promise<{ readonly statuses: readonly string[]; readonly error: string | undefined }> {
    await this.#closed;
    const statuses = [...this.received.matchAll(/HTTP\/1\.1 (\d+)/gu)].map(([, status = '']) => status);
    return { statuses, error: this.error };
  }
}

describe('a request that is refused by its head', () => {
  test.each([
    ['a long body', 'Content-Length: 1000000'],
    ['a body of unknown length', chunked],
    ['a body that waits to be asked for', 'Content-Length: 2\r\nExpect: 100-continue'],
    ['a long one that does', 'Content-Length: 1000000\r\nExpect: 100-continue'],
  ])('is answered before %s is sent, and the connection ends with the answer', async (_, lines) => {
    const { url } = await startTestServer();
    const answer = await sendRaw(url, post(wrongKey, lines));
    expect(answer).toMatch(/^HTTP\/1\.1 401 .*Connection: close\r\n.*"error":"unauthorized"/su);
  });

  test('keeps its connection if the rest of its body is short, and the next request its answer', async () => {
    const { url } = await startTestServer();
    const client = new Client(url);
    await client.send(post(wrongKey, `Content-Length: ${body.length}`));
    expect(client.received).toMatch(/^HTTP\/1\.1 401 (?!.*Connection: close)/su);
    client.socket.write(`${body}${post(apiKey, `Content-Length: ${body.length}`)}${body}${last}`);
    expect(await client.end()).toEqual({ statuses: ['401', '200', '200'], error: undefined });
    expect(client.received).toContain('"status":"ACQUIRED"');
  });

  test('takes nothing along that is sent behind it if the connection ends with its answer', async () => {
    const server = await startTestServer();
    const behind = `${chunks}${post(apiKey, chunked)}${chunks}`;
    const atOnce = new Client(server.url);
    atOnce.socket.write(`${post(wrongKey, chunked)}${behind}`);
    expect(await atOnce.end()).toEqual({ statuses: ['401'], error: undefined });
    const later = new Client(server.url);
    await later.send(post(wrongKey, chunked));
    later.socket.write(behind);
    expect(await later.end()).toEqual({ statuses: ['401'], error: undefined });
    expect(await (await server.ask('/api/v1/Reservation/demo')).json()).toMatchObject({ status: 'FREE' });
  });

  test('has its answer read by a client that sends a long body first', async () => {
    const { url } = await startTestServer();
    const client = new Client(url);
    client.socket.pause();
    client.socket.write(post(wrongKey, 'Content-Length: 1000000'));
    await new Promise((resolve) => client.socket.write(' '.repeat(1_000_000), resolve));
    client.socket.resume();
    expect(await client.end()).toEqual({ statuses: ['401'], error: undefined });
  });
});

describe('a client that waits to be asked for its body', () => {
  const expects = 'Expect: 100-continue';

  test('is asked if the body is read, and keeps its connection', async () => {
    const { url } = await startTestServer();
    const client = new Client(url);
    await client.send(post(apiKey, `Content-Length: ${body.length}`, expects));
    expect(client.received).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.socket.write(`${body}${last}`);
    expect(await client.end()).toEqual({ statuses: ['100', '200', '200'], error: undefined });
    expect(client.received.match(/Connection: \S+/gu)).toEqual(['Connection: keep-alive', 'Connection: close']);
  });

  test('is not if the body is too long, or nobody wants one', async () => {
    const { url } = await startTestServer({ maxBodyBytes: 1_024 });
    const tooLong = await sendRaw(url, post(apiKey, 'Content-Length: 1025', expects));
    expect(tooLong).toMatch(/^HTTP\/1\.1 413 .*Connection: close\r\n/su);
    const page = await sendRaw(url, `POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n${expects}\r\n\r\n`);
    expect(page).toMatch(/^HTTP\/1\.1 405 .*Connection: close\r\n/su);
  });
});
