import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { HttpConnection } from './http-connection.ts';

const open: { close(): void }[] = [];
afterEach(() => open.splice(0).forEach((each) => each.close()));

/** A connection to something that does this with each request. */
async function connectTo(answer: (socket: Socket) => void): Promise<HttpConnection> {
  const server = createServer((socket) => socket.on('data', () => answer(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection = await HttpConnection.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  open.push(connection, server);
  return connection;
}

test('puts an answer together from whatever pieces it comes in, one after the other', async () => {
  const answer = 'HTTP/1.1 201 Created\r\nContent-Length: 6\r\n\r\n{"é"}';
  const connection = await connectTo(async (socket) => {
    for (const byte of Buffer.from(answer)) {
      socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
  });
  for (const path of ['/one', '/two']) {
    const { status, body } = await connection.exchange(`GET ${path} HTTP/1.1\r\n\r\n`);
    expect({ status, body: Buffer.from(body, 'latin1').toString() }).toEqual({ status: 201, body: '{"é"}' });
  }
});

test('fails when the answer has no length, or the connection ends before it is complete', async () => {
  const withoutLength = await connectTo((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
  await expect(withoutLength.exchange('GET / HTTP/1.1\r\n\r\n')).rejects.toThrow('without a length');
  const cut = await connectTo((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{'));
  await expect(cut.exchange('GET / HTTP/1.1\r\n\r\n')).rejects.toThrow('closed before');
});
