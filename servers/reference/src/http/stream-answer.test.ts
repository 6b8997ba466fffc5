import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, onTestFinished, test } from 'vitest';

import { listen } from './listen.ts';
import { streamAnswer } from './stream-answer.ts';
import { UnfetchedAnswers } from './unfetched-answers.ts';

/** A server that answers everything with this stream, and how that went. */
async function start(body: ReadableStream<Uint8Array>, unfetched?: UnfetchedAnswers) {
  const { promise, resolve } = Promise.withResolvers<Promise<void>>();
  const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };
  const server = createServer((_request, response) => {
    resolve(streamAnswer(response, { status: 200, headers, body }, { ...(unfetched && { unfetched }) }));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: await listen(server, '127.0.0.1', 0), sent: promise };
}

/** Pieces that are made when they are asked for, and how many were. */
function endlessStream() {
  const seen = { pieces: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      seen.pieces += 1;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel() {
      seen.isCancelled = true;
    },
  });
  return { stream, seen };
}

test('a body that streams arrives piece by piece', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const { url, sent } = await start(readable);
  const answer = await fetch(url);
  const reader = answer.body!.getReader();
  const writer = writable.getWriter();
  for (const piece of ['one', 'two']) {
    void writer.write(Buffer.from(piece));
    expect(Buffer.from((await reader.read()).value!).toString()).toBe(piece);
  }
  void writer.close();
  expect([answer.headers.get('Content-Type'), (await reader.read()).done]).toEqual(['text/event-stream', true]);
  // So that proxies neither collect nor compress it.
  expect([answer.headers.get('Cache-Control'), answer.headers.get('X-Accel-Buffering')]).toEqual([
    'no-store, no-transform',
    'no',
  ]);
  await sent;
});

test('HTTP/1.0 has the pieces as they are, and a connection that ends with them', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const { url, sent } = await start(readable);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET / HTTP/1.0\r\n\r\n');
  const writer = writable.getWriter();
  void writer.write(Buffer.from('one\n'));
  void writer.write(Buffer.from('two\n'));
  void writer.close();
  const [, head = '', body] = /^(.*?)\r\n\r\n(.*)$/su.exec(await text(socket)) ?? [];
  expect(body).toBe('one\ntwo\n');
  expect(head).toMatch(/^HTTP\/1\.1 200 .*Connection: close/su);
  expect(head).not.toMatch(/Transfer-Encoding/iu);
  await sent;
});

test('a client that reads nothing is sent no more than its connection takes, and one that goes ends the stream', async () => {
  const { stream, seen } = endlessStream();
  const { url, sent } = await start(stream);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('readable', resolve));
  let before = -1;
  while (before !== seen.pieces) {
    before = seen.pieces;
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen).toMatchObject({ isCancelled: false });
  socket.destroy();
  await sent;
  expect(seen).toEqual({ pieces: before, isCancelled: true });
});

/** Remembers how much has waited for a client at most. */
class Measured extends UnfetchedAnswers {
  mostBytes = 0;

  override whenTaken(response: ServerResponse): Promise<void> {
    this.mostBytes = Math.max(this.mostBytes, response.writableLength);
    return super.whenTaken(response);
  }
}

test('a client that takes nothing for too long loses its connection, having cost no more than 256 kB', async () => {
  const { stream, seen } = endlessStream();
  const unfetched = new Measured({ timeoutMs: 50, bytes: 1_000_000 });
  const { url, sent } = await start(stream, unfetched);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await sent;
  expect(seen.isCancelled).toBe(true);
  expect(unfetched.mostBytes).toBeGreaterThan(0);
  expect(unfetched.mostBytes).toBeLessThan(262_144);
  socket.destroy();
});

test('of a thousand streams that have something at the same moment, a few are written to in each turn', async () => {
  let turn = 0;
  const writtenIn: number[] = [];
  const nextTurn = () => {
    turn += 1;
    if (writtenIn.length < 1_000) setImmediate(nextTurn);
  };
  const response = () =>
    Object.assign(new EventEmitter(), {
      req: { method: 'GET' },
      destroyed: false,
      writeHead: () => undefined,
      flushHeaders: () => undefined,
      write: () => writtenIn.push(turn) > 0,
      end: () => undefined,
    }) as unknown as ServerResponse;
  const bodies = Array.from({ length: 1_000 }, () => new TransformStream<Uint8Array, Uint8Array>());
  const sent = bodies.map(({ readable }) => streamAnswer(response(), { status: 200, headers: {}, body: readable }));
  for (const { writable } of bodies) {
    const writer = writable.getWriter();
    void writer.write(Buffer.from('event'));
    void writer.close();
  }
  nextTurn();
  await Promise.all(sent);
  const perTurn = [...Map.groupBy(writtenIn, (each) => each).values()].map((writes) => writes.length);
  expect(Math.max(...perTurn)).toBeLessThan(150);
});

test('a stream of which nothing comes is cancelled, too, when its client goes', async () => {
  const cancelled = Promise.withResolvers<void>();
  const { url, sent } = await start(new ReadableStream({ cancel: () => cancelled.resolve() }));
  const aborting = new AbortController();
  await fetch(url, { signal: aborting.signal });
  aborting.abort();
  await Promise.all([sent, cancelled.promise]);
});

test('a body that breaks off ends its connection, and says why', async () => {
  const { url, sent } = await start(new ReadableStream({ pull: () => Promise.reject(new Error('broken')) }));
  const text = fetch(url).then((answer) => answer.text());
  await Promise.all([expect(text).rejects.toThrow(), expect(sent).rejects.toThrow('broken')]);
});

test('a HEAD has the headers, and nobody makes the body', async () => {
  const { stream, seen } = endlessStream();
  const { url, sent } = await start(stream);
  const answer = await fetch(url, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/event-stream']);
  await sent;
  expect(seen.isCancelled).toBe(true);
});
