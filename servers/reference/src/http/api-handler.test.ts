import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import { apiKey, sendRaw, startTestServer } from '../../test/test-server.ts';

const body = JSON.stringify([{ requester: 'alice', resource: 'demo' }]);

function post(key: string, ...lines: readonly string[]): string {
  const all = ['Host: x', `X-API-Key: ${key}`, 'Content-Type: application/json', ...lines];
  return `POST /api/v1/Reservation/reserve HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n`;
}

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
