import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { sendAnswer } from '../src/bin/send-answer.ts';
import { toResponse } from '../src/fetch-exchange.ts';

const head = { status: 200, headers: { 'Content-Type': 'text/event-stream' } };

/** A body of which the next piece comes when the test says so. */
function openBody() {
  let isCancelled = false;
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    cancel() {
      isCancelled = true;
    },
  });
  return { stream, controller, isCancelled: () => isCancelled };
}

/** What a client reads first. */
async function firstPiece({ body }: Response): Promise<string> {
  const { value } = await body!.getReader().read();
  return new TextDecoder().decode(value);
}

test('MSW is handed a body that streams, as it is', async () => {
  const { stream, controller } = openBody();
  const response = toResponse({ ...head, body: stream }, new Request('http://holdfast.test'));
  controller.enqueue(new TextEncoder().encode('one'));
  expect([response.headers.get('Content-Type'), await firstPiece(response)]).toEqual(['text/event-stream', 'one']);
});

test('a body that streams is cancelled when the request is aborted', async () => {
  const { stream, isCancelled } = openBody();
  const aborting = new AbortController();
  const request = new Request('http://holdfast.test', { signal: aborting.signal });
  const reader = toResponse({ ...head, body: stream }, request).body!.getReader();
  aborting.abort();
  await expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' });
  expect(isCancelled()).toBe(true);
});

test('a HEAD has no body, and nobody goes on making one', () => {
  const { stream, isCancelled } = openBody();
  const request = new Request('http://holdfast.test', { method: 'HEAD' });
  expect(toResponse({ ...head, body: stream }, request).body).toBe(null);
  expect(isCancelled()).toBe(true);
});

test('the mock server sends a body as it comes, and cancels it when the client has gone', async () => {
  const { stream, controller, isCancelled } = openBody();
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const ended = once(server, 'request').then(([, response]) => sendAnswer(response, { ...head, body: stream }));
  await once(server, 'listening');
  const aborting = new AbortController();
  const { signal } = aborting;
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { signal });
  controller.enqueue(new TextEncoder().encode('one'));
  expect(await firstPiece(response)).toBe('one');
  aborting.abort();
  await expect(ended).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  expect(isCancelled()).toBe(true);
});
