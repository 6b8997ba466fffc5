import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { runCalls } from '../testing/run-calls.ts';
import { openDriver } from './lag-driver.ts';

/** A server with locks, which announces each of them to its streams before it answers, under the next of these numbers. */
async function startStreamingServer(numbers: Iterator<number>) {
  const streams: ServerResponse[] = [];
  const announce = (type: string, resource: string) => {
    const number: number = numbers.next().value;
    const event = `id: ${number}\nevent: ${type}\ndata: {"number":${number},"type":"${type}","resource":"${resource}"}\n\n`;
    for (const stream of streams) {
      // An event may come in any number of pieces, and the end of one with the beginning of the next.
      stream.write(`: nothing\n\n${event.slice(0, 9)}`);
      setImmediate(() => stream.write(event.slice(9)));
    }
  };
  const server = createServer(async (request, response) => {
    if (request.url === '/api/v1/events') {
      response.write(': connected\n\n');
      streams.push(response);
      return;
    }
    const [{ resource }] = JSON.parse(await text(request)) as [{ resource: string }];
    const isReserve = request.url?.endsWith('/reserve') === true;
    announce(isReserve ? 'RESERVED' : 'UNRESERVED', resource);
    const body = isReserve ? '[{"status":"ACQUIRED","releaseToken":"one"}]' : '[{"status":"RELINQUISHED"}]';
    response.writeHead(200, { 'Content-Length': body.length }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

async function countWith(numbers: Iterator<number>) {
  await using server = await startStreamingServer(numbers);
  const driver = await openDriver({ url: server.url, streamUrl: server.url, streams: 3 });
  try {
    return await runCalls(driver);
  } finally {
    await driver.close();
  }
}

function* countUp() {
  for (let number = 1; ; number += 1) yield number;
}

function* repeatOnce() {
  yield* [1, 2, 2];
  for (let number = 3; ; number += 1) yield number;
}

test('counts each arrival of each event at each stream', async () => {
  const { units, allRequests, wrongAnswers, firstWrongAnswer } = await countWith(countUp());
  expect(firstWrongAnswer).toBeNull();
  expect(wrongAnswers).toBe(0);
  expect(units).toBeGreaterThan(0);
  expect(allRequests).toBe(units * 3);
});

test('finds it wrong when a number comes again', async () => {
  const { firstWrongAnswer } = await countWith(repeatOnce());
  expect(firstWrongAnswer).toContain('number 2 came behind 2');
});
