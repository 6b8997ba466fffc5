import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, onTestFinished, test } from 'vitest';

import { WireClient } from '../faults/wire-client.ts';
import { ask } from '../processes/new-tenant.ts';
import { startServerProcess } from '../processes/server-process.ts';
import type { ServerProcess } from '../processes/server-process.ts';

const apiKey = `hf_live_${'7'.repeat(43)}`;

/** The path of a Chromium, which only CI brings along. */
const chromium = process.env['CHROMIUM'];
if (!chromium) {
  if (process.env['CI']) throw new Error('CI needs a Chromium, and CHROMIUM names none.');
  process.stderr.write('\n*** THE BROWSER WAS LEFT OUT of the tests of streams: CHROMIUM names none.\n\n');
}

describe.skipIf(!chromium)('a browser', () => {
  test('reads a stream of another origin as it comes, breaks off, and goes on with what it missed', async () => {
    const host = await startPage();
    const server = await startServer(host.origin);
    await openInBrowser(`${host.origin}/?${new URLSearchParams({ url: server.url, apiKey }).toString()}`);
    const reserve = (resource: string) =>
      ask(new WireClient(server.url, apiKey), { operationId: 'reserve', body: [{ requester: 'worker-1', resource }] });

    await host.untilTold('connected');
    await reserve('a');
    await host.untilTold('RESERVED a');
    await reserve('b');
    await host.untilTold('RESERVED b');
    await host.untilTold('broken off');
    await reserve('c');
    await reserve('d');
    host.letGoOn();
    await host.untilTold('RESERVED c');
    await host.untilTold('RESERVED d');
    expect(await server.end('SIGTERM')).toBe(0);
    await host.untilTold('ended: the server stops');
    expect(host.told).toEqual([
      'connected',
      'RESERVED a',
      'RESERVED b',
      'broken off',
      'connected',
      'RESERVED c',
      'RESERVED d',
      'ended: the server stops',
    ]);
  });
});

/** A page of an origin of its own, and what it has told. */
async function startPage() {
  const told: string[] = [];
  const goingOn = Promise.withResolvers<void>();
  let wake = () => {};
  const server = createServer(async (request, response) => {
    if (request.url === '/tell') {
      told.push(await text(request));
      wake();
    } else if (request.url === '/go-on') {
      await goingOn.promise;
    } else if (request.url?.startsWith('/?')) {
      response.setHeader('Content-Type', 'text/html');
      response.write(await readFile(join(import.meta.dirname, 'page.html')));
    }
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const untilTold = async (what: string) => {
    while (!told.includes(what)) {
      const failure = told.find((line) => line.startsWith('failed'));
      if (failure !== undefined) throw new Error(failure);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, told, untilTold, letGoOn: () => goingOn.resolve() };
}

async function startServer(origin: string): Promise<ServerProcess> {
  const env = { HOLDFAST_STORE: 'memory', HOLDFAST_BOOTSTRAP_API_KEY: apiKey, HOLDFAST_CORS_ORIGINS: origin };
  const server = await startServerProcess({ env });
  onTestFinished(async () => void (await server.end('SIGKILL')));
  return server;
}

async function openInBrowser(url: string): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const browser = spawn(chromium!, [...flags, `--user-data-dir=${profile}`, url], { stdio: 'ignore' });
  const exited = once(browser, 'exit');
  onTestFinished(async () => {
    browser.kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
}
