import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { Connections } from './connections.ts';
import { listen } from './listen.ts';

/** A server that answers nothing until the test does, and a client that is connected to it. */
async function start() {
  const connections = new Connections();
  const begun: ServerResponse[] = [];
  const server = createServer((request, response) =>
    connections.take(request, response, () => void begun.push(response)),
  );
  server.on('connection', (socket) => connections.add(socket));
  server.closeIdleConnections = () => connections.closeIdle();
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = await listen(server, '127.0.0.1', 0);
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void client.destroy());
  return { connections, begun, server, client, end: endOf(client) };
}

/** What a client received until its connection ended, and the error if it didn't end in good order. */
function endOf(client: Socket): Promise<{ received: string; error: string | undefined }> {
  let received = '';
  let error: string | undefined;
  client.on('data', (chunk) => (received += chunk.toString()));
  client.on('error', (reason: NodeJS.ErrnoException) => (error = reason.code));
  return new Promise((resolve) => client.on('close', () => resolve({ received, error })));
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

test('requests that are sent ahead are worked on one after the other, in their order', async () => {
  const { connections, begun, client } = await start();
  client.write(get('/1') + get('/2') + get('/3'));
  for (const [index, path] of ['/1', '/2', '/3'].entries()) {
    await expect.poll(() => begun.map((response) => response.req.url)).toHaveLength(index + 1);
    expect([begun[index]?.req.url, connections.requestCount]).toEqual([path, 3 - index]);
    begun[index]?.end();
  }
  await expect.poll(() => connections.requestCount).toBe(0);
});

test('a client that sends more than 64 ahead gets 64 answers, and then its connection ends in good order', async () => {
  const { connections, begun, client, end } = await start();
  client.write(get('/').repeat(1_000));
  await expect.poll(() => connections.requestCount).toBe(64);
  for (let index = 0; index < 64; index += 1) {
    await expect.poll(() => begun, { interval: 1 }).toHaveLength(index + 1);
    const [socket] = begun.map((response) => response.req.socket);
    expect(connections.isLast(socket!)).toBe(index === 63);
    // What is sent when it has been told that no more is taken in is dropped, too, and mustn't reset the connection.
    if (index === 10) client.write(get('/late'));
    begun[index]?.end(`answer ${index};`);
  }
  const { received, error } = await end;
  expect([error, begun.length, received.match(/HTTP\/1\.1 200/gu)?.length]).toEqual([undefined, 64, 64]);
  expect(received.endsWith('answer 63;')).toBe(true);
  expect(connections.requestCount).toBe(0);
});

test('what was sent behind a request is not carried out if the answer to that one ends the connection', async () => {
  const { connections, begun, client, end } = await start();
  client.write(get('/1') + get('/2') + get('/3'));
  await expect.poll(() => connections.requestCount).toBe(3);
  begun[0]?.setHeader('Connection', 'close').end('first');
  const { received, error } = await end;
  expect([error, begun.length, received.match(/HTTP\/1\.1 200/gu)?.length]).toEqual([undefined, 1, 1]);
  await connections.idle();
});

test('a client that goes away takes along all that it has asked for', async () => {
  const { connections, begun, client } = await start();
  client.write(get('/1') + get('/2'));
  await expect.poll(() => connections.requestCount).toBe(2);
  client.destroy();
  await connections.idle();
  begun[0]?.end();
  await new Promise(setImmediate);
  expect(begun).toHaveLength(1);
});

test('a stop closes a connection after the answers to all that was taken in, and without a reset', async () => {
  const { connections, begun, server, client, end } = await start();
  client.write(get('/1') + get('/2'));
  await expect.poll(() => connections.requestCount).toBe(2);
  server.close();
  begun[0]?.end('first');
  await expect.poll(() => begun).toHaveLength(2);
  client.pause();
  begun[1]?.end('second');
  // Sent before the client can know: it must not turn the end into a reset, by which a slow reader loses the answer.
  client.write(get('/3'));
  await expect.poll(() => begun[1]?.req.socket.bytesRead).toBe(get('/1').length * 3);
  client.resume();
  const { received, error } = await end;
  expect(received).toMatch(/first.*second/su);
  expect([error, begun.length]).toEqual([undefined, 2]);
});

test('a stop ends a connection on which a next request is always under way', async () => {
  const { connections, begun, server, client, end } = await start();
  client.write(get('/1') + get('/2'));
  await expect.poll(() => connections.requestCount).toBe(2);
  server.close();
  client.write(get('/3'));
  await expect.poll(() => begun[0]?.req.socket.bytesRead).toBe(get('/1').length * 3);
  expect(connections.isLast(begun[0]!.req.socket)).toBe(false);
  begun[0]?.end();
  await expect.poll(() => begun).toHaveLength(2);
  expect(connections.isLast(begun[1]!.req.socket)).toBe(true);
  begun[1]?.end();
  expect((await end).error).toBeUndefined();
  expect(begun).toHaveLength(2);
});

test('a stop closes idle connections on which a request is just arriving without a reset', async () => {
  const { connections, begun, server, client, end } = await start();
  client.write(get('/1'));
  await expect.poll(() => begun).toHaveLength(1);
  begun[0]?.end();
  await connections.idle();
  server.close();
  client.write(get('/2'));
  expect((await end).error).toBeUndefined();
  expect(begun).toHaveLength(1);
});

test('a client that does not notice that its connection is closing loses it after a second', async () => {
  const { begun, server, client } = await start();
  client.pause();
  client.write(get('/1'));
  await expect.poll(() => begun).toHaveLength(1);
  const closed = new Promise((resolve) => server.close(resolve));
  begun[0]?.end();
  await closed;
});
