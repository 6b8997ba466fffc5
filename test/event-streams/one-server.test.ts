import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { WireClient } from '../faults/wire-client.ts';
import { ask } from '../processes/new-tenant.ts';
import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';
import { openStream } from './open-stream.ts';

const apiKey = `hf_live_${'6'.repeat(43)}`;
const hasCurl = spawnSync('curl', ['--version']).error === undefined;
if (!hasCurl) {
  if (process.env['CI']) throw new Error('CI needs curl, and there is none.');
  process.stderr.write('\n*** CURL WAS LEFT OUT of the tests of streams: there is none.\n\n');
}

describe('streams of a server on a SQLite file', () => {
  let folder: string;
  let server: ServerProcess;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-streams-'));
    server = await startServerProcess({ env: { HOLDFAST_DATA_DIR: folder, HOLDFAST_BOOTSTRAP_API_KEY: apiKey } });
  });

  afterEach(async () => {
    await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const open = () => openStream({ url: server.url, apiKey });
  const reserve = (...resources: readonly string[]) => {
    const body = resources.map((resource) => ({
      requester: 'worker-1',
      resource,
      metadata: { text: 'x'.repeat(1_000) },
    }));
    return ask(new WireClient(server.url, apiKey), { operationId: 'reserve', body });
  };
  const metric = async (name: string) => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'mu').exec(metrics)?.[1]);
  };

  test.skipIf(!hasCurl)('are read by curl -N, event by event, until SIGTERM, and end in order', async () => {
    const curl = spawn('curl', ['-sSN', '-H', `X-API-Key: ${apiKey}`, `${server.url}/api/v1/events`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void curl.kill());
    let received = '';
    const untilReceived = async (part: string) => {
      while (!received.includes(part)) await once(curl.stdout, 'data');
    };
    curl.stdout.on('data', (chunk: Buffer) => (received += chunk.toString()));
    await untilReceived(': connected\n');
    for (const resource of ['a', 'b', 'c']) {
      await reserve(resource);
      await untilReceived(`"resource":"${resource}"`);
    }
    const closed = once(curl, 'close');
    expect(await server.end('SIGTERM')).toBe(0);
    expect(await closed).toEqual([0, null]);
    expect(received).toMatch(
      /^: connected\nid: \d+\n\n(?:id: \d+\nevent: RESERVED\ndata: \{.*\}\n\n){3}: the server stops\n\n$/u,
    );
  });

  test('end all in order when the server stops, with nothing cut off, and it does not wait for more', async () => {
    const streams = await Promise.all(Array.from({ length: 50 }, open));
    await reserve('a');
    const events = await Promise.all(streams.map((stream) => stream.next()));
    expect(events.map((event) => event?.json)).toMatchObject(streams.map(() => ({ type: 'RESERVED', resource: 'a' })));
    expect(await metric('holdfast_http_streams')).toBe(50);
    expect(await metric('holdfast_http_requests_in_flight')).toBe(1);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(await Promise.all(streams.map((stream) => stream.rest()))).toEqual(streams.map(() => []));
    expect(streams.map(({ comments }) => comments.at(-1))).toEqual(streams.map(() => 'the server stops'));
    expect(server.log().join('\n')).not.toContain('cut off');
  });

  test('are counted as long as somebody reads them', async () => {
    const streams = await Promise.all([open(), open()]);
    expect(await metric('holdfast_http_streams')).toBe(2);
    for (const stream of streams) await stream.close();
    await expect.poll(() => metric('holdfast_http_streams')).toBe(0);
  });

  test('have headers that tell proxies to leave them alone, and no body for HEAD', async () => {
    const answer = await fetch(`${server.url}/api/v1/events`, {
      headers: { 'X-API-Key': apiKey, 'Accept-Encoding': 'gzip, br' },
      method: 'HEAD',
    });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String) as unknown,
    });
    expect([answer.headers.get('Content-Encoding'), await answer.text()]).toEqual([null, '']);
    expect(await metric('holdfast_http_streams')).toBe(0);
  });

  test('go to HTTP/1.0 as they are, until the connection ends', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`GET /api/v1/events HTTP/1.0\r\nX-API-Key: ${apiKey}\r\n\r\n`);
    const received = text(socket);
    await once(socket, 'readable');
    await server.end('SIGTERM');
    expect(await received).toMatch(
      /^HTTP\/1\.1 200 OK\r\n(?!.*Transfer-Encoding).*\r\n\r\n: connected\nid: \d+\n\n: the server stops\n\n$/su,
    );
  });

  test('of readers who never read end, and nobody else waits for them', async () => {
    const deaf = Array.from({ length: 5 }, () => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\n\r\n`);
      socket.pause();
      return socket;
    });
    await expect.poll(() => metric('holdfast_http_streams')).toBe(deaf.length);
    const stream = await open();
    const taken = stream.take(12_000);
    const batches = Array.from({ length: 120 }, (_, batch) => batch);
    // Some 16 MB: more than the system itself keeps for somebody who doesn't read.
    for (const batch of batches) await reserve(...Array.from({ length: 100 }, (_, index) => `${batch}/${index}`));
    expect((await taken).at(-1)?.json).toMatchObject({ resource: '119/99' });
    await expect.poll(() => metric('holdfast_http_streams')).toBe(1);
  });
});
