import { createServer } from 'node:http';
import { connect } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { listen } from './listen.ts';
import { streamAnswer } from './stream-answer.ts';

/** A server that answers everything with this stream, and how that went. */
async function start(body: ReadableStream<Uint8Array>) {
  const { promise, resolve } = Promise.withResolvers<Promise<void>>();
  const server = createServer((_request, response) => {
    resolve(streamAnswer(response, { status: 200, headers: { 'Content-Type': 'text/event-stream' }, body }));
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
