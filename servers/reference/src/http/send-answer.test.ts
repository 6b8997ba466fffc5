import { createServer } from 'node:http';
import { connect } from 'node:net';

import { afterEach, expect, onTestFinished, test, vi } from 'vitest';

import { listen } from './listen.ts';
import { sendAnswer } from './send-answer.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A server that answers everything with so many characters, and how many connections it has. */
async function start(characters: number) {
  const server = createServer((_request, response) => {
    sendAnswer(response, { status: 200, headers: {}, body: 'é'.repeat(characters) });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const connections = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  return { url: await listen(server, '127.0.0.1', 0), connections };
}

test('a client that does not fetch a large answer loses its connection', async () => {
  const { url, connections } = await start(20_000_000);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('readable', resolve));
  vi.advanceTimersByTime(19_999);
  expect(await connections()).toBe(1);
  vi.advanceTimersByTime(1);
  while ((await connections()) !== 0);
});

test('a client that fetches it in time has all of it, and keeps its connection', async () => {
  const { url } = await start(200_000);
  const answers = [await fetch(url), await fetch(url)];
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(texts.map((text) => text.length)).toEqual([200_000, 200_000]);
  expect(answers[0]?.headers.get('Content-Length')).toBe('400000');
});
