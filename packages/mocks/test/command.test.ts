import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, onTestFinished, test } from 'vitest';

import { Client, reservePath } from './client.ts';
import { openEvents } from './open-events.ts';

const command = join(import.meta.dirname, '..', 'src', 'bin', 'holdfast-mock.ts');
const running = new Set<ChildProcess>();

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts the command as a shell would; `address` is what it prints when it listens. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], { stdio: 'pipe' });
  running.add(child);
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const address = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /listening on (\S+)/u.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const ended = once(child, 'close').then(([exitCode]): Ended => {
    running.delete(child);
    return { exitCode: exitCode as number | null, output, errors };
  });
  return { child, address, ended };
}

async function startManual(...args: readonly string[]) {
  const started = start('--port', '0', '--manual-clock', ...args);
  const address = await started.address;
  const client = new Client(fetch, address);
  return {
    ...started,
    address,
    client,
    control: (name: string, body?: unknown) => client.send('POST', `/__mock/${name}`, { body }),
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

describe('holdfast-mock', () => {
  test('serves the contract until it is told to stop', async () => {
    const { child, client, ended } = await startManual();
    expect(await client.reserve({ requester: 'alice', resource: 'a/b ☂', ttlSeconds: 60 })).toMatchObject({
      status: 'ACQUIRED',
      expiresAt: '2026-01-01T00:01:00.000Z',
    });
    expect(await client.send('GET', '/api/v1/Reservation/a%2Fb%20%E2%98%82')).toMatchObject({
      json: { status: 'HELD' },
    });
    expect(await client.send('POST', reservePath, { body: [] })).toMatchObject({ status: 400 });
    expect(await client.send('GET', '/nowhere')).toMatchObject({ status: 404, json: { error: 'not_found' } });
    expect(await client.send('HEAD', '/api/v1/Reservation')).toMatchObject({ status: 200, text: '' });
    const tooLarge = await client.send('POST', reservePath, { body: ' '.repeat(3_000_000) });
    expect(tooLarge).toMatchObject({ status: 413, json: { error: 'body_too_large' } });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 0, errors: '' });
  });

  // Where the kernel has such a device.
  if (existsSync('/dev/full')) {
    test('serves also where nothing can be printed', async () => {
      const full = openSync('/dev/full', 'w');
      const port = await findFreePort();
      const args = ['--disable-warning=ExperimentalWarning', command, '--port', String(port)];
      const child = spawn(process.execPath, args, { stdio: ['ignore', full, full] });
      running.add(child);
      closeSync(full);
      const ended = once(child, 'exit');
      const answers = () =>
        fetch(`http://127.0.0.1:${port}/nowhere`).then(
          ({ status }) => status,
          () => undefined,
        );
      await expect.poll(answers).toBe(404);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      running.delete(child);
    });
  }

  test('streams events, to whoever is there when it stops, too', async () => {
    const { child, address, client, control, ended } = await startManual();
    const events = await openEvents(fetch, address);
    await client.reserve({ requester: 'alice', resource: 'room', ttlSeconds: 60 });
    expect(await events.next()).toMatchObject({ id: '1', event: 'RESERVED' });
    await control('advance', { seconds: 60 });
    expect(await events.next()).toMatchObject({ id: '2', event: 'RESERVATION_EXPIRED' });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 0, errors: '' });
  });

  test('announces what lapses with the system clock, also while nothing is asked', async () => {
    const { address } = start('--port', '0');
    const client = new Client(fetch, await address);
    const events = await openEvents(fetch, await address);
    await client.reserve({ requester: 'alice', resource: 'room', ttlSeconds: 1 });
    expect([await events.next(), await events.next()]).toMatchObject([
      { event: 'RESERVED' },
      { event: 'RESERVATION_EXPIRED' },
    ]);
  });

  test('sends webhooks over the network, again as the clock moves', async () => {
    const { client, control } = await startManual();
    const statuses = [503, 204];
    const received: unknown[] = [];
    const receiver = createHttpServer((request, response) => {
      void text(request).then((body) => {
        received.push([request.headers['webhook-id'], JSON.parse(body)]);
        response.writeHead(statuses.shift() ?? 500).end();
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void receiver.close());
    await once(receiver, 'listening');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await client.send('POST', '/v1/webhook-endpoints', { body: { url } });
    await client.reserve({ requester: 'alice', resource: 'room' });
    await control('advance', { seconds: 5 });
    const reserved = ['default.live.1', expect.objectContaining({ type: 'RESERVED', resource: 'room' })];
    expect(received).toEqual([reserved, reserved]);
  });

  test('takes paths as they come, without tidying them up', async () => {
    const { address } = await startManual();
    const { hostname, port } = new URL(address);
    const status = await new Promise((resolve, reject) => {
      const path = '/api/v1/x/../Reservation';
      httpRequest({ hostname, port, path, headers: { 'X-API-Key': 'any' } }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(404);
  });

  test('refuses a header that says two things, as the server does', async () => {
    const { address } = await startManual();
    const { hostname, port } = new URL(address);
    const ask = (headers: Readonly<Record<string, string | string[]>>) => {
      return new Promise<number | undefined>((resolve, reject) => {
        httpRequest({ hostname, port, method: 'POST', path: reservePath, headers }, ({ statusCode }) =>
          resolve(statusCode),
        )
          .on('error', reject)
          .end('[{"requester":"a","resource":"b"}]');
      });
    };
    const json = { 'Content-Type': 'application/json' };
    expect(await ask({ ...json, 'X-API-Key': ['one', 'one'] })).toBe(200);
    expect(await ask({ ...json, 'X-API-Key': ['one', 'two'] })).toBe(400);
    expect(await ask({ ...json, 'X-API-Key': 'one', 'Idempotency-Key': ['a', 'b'] })).toBe(400);
  });

  test('limits tenants to a tier, and keys to scopes', async () => {
    const { client } = await startManual('--tier', 'free', '--api-key', 'any', '--scope', 'resources:read');
    const limits = { tier: 'free', limits: { ops_per_minute: 200 } };
    expect(await client.send('GET', '/v1/limits')).toMatchObject({ status: 200, json: limits });
    const refused = await client.send('POST', reservePath, { body: [{ requester: 'alice', resource: 'room' }] });
    expect(refused).toMatchObject({ status: 403, json: { scope: 'resources:write' } });
  });

  test('accepts the keys that it is given, and no others', async () => {
    const { client } = await startManual('--api-key', 'one', '--api-key', 'two');
    const statuses = [];
    for (const key of ['one', 'two', 'three']) {
      const { status } = await client.send('GET', '/api/v1/Reservation', { headers: { 'X-API-Key': key } });
      statuses.push(status);
    }
    expect(statuses).toEqual([200, 200, 401]);
  });

  test('lets pages of other origins in', async () => {
    const { address, client } = await startManual();
    const headers = { Origin: 'http://app.test', 'Access-Control-Request-Method': 'POST' };
    const preflight = await fetch(`${address}${reservePath}`, { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('Access-Control-Allow-Origin')]).toEqual([204, '*']);
    const answer = await client.send('GET', '/api/v1/Reservation');
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
  });

  test('is controlled by whoever can send JSON', async () => {
    const { client, control } = await startManual();
    const seeded = await control('seed', { reservations: [{ requester: 'alice', resource: 'room', ttlSeconds: 60 }] });
    expect(seeded).toMatchObject({ status: 200, json: { reservations: [{ status: 'ACQUIRED' }] } });
    expect(await control('advance', { seconds: 60 })).toMatchObject({
      status: 200,
      json: { now: '2026-01-01T00:01:00.000Z' },
    });
    expect(await client.events()).toContain('RESERVATION_EXPIRED room 2026-01-01T00:01:00.000Z');

    expect(await control('fail-next', { status: 503 })).toMatchObject({ status: 204 });
    expect(await client.send('GET', '/api/v1/Reservation')).toMatchObject({ status: 503 });
    await control('fail-next', { status: 'network' });
    await expect(client.send('GET', '/api/v1/Reservation')).rejects.toThrow(TypeError);

    expect(await control('latency', 1)).toMatchObject({ status: 204 });
    expect(await control('reset')).toMatchObject({ status: 204 });
    expect(await client.events()).toEqual([]);
  });

  test('says what is wrong with a control', async () => {
    const { client, control } = await startManual();
    expect(await control('advance', { minutes: 1 })).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    expect(await control('advance', '{')).toMatchObject({ status: 400 });
    expect(await control('seed', { reservations: [{}] })).toMatchObject({
      status: 400,
      text: expect.stringContaining('requester'),
    });
    expect(await control('toString')).toMatchObject({
      status: 404,
      text: expect.stringContaining('advance, fail-next'),
    });
    expect(await client.send('GET', '/__mock/reset')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  test('stops also while an answer is still to come', async () => {
    const { child, client, control, ended } = await startManual();
    await control('latency', 3_600_000);
    const answer = expect(client.events()).rejects.toThrow(TypeError);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 0 });
    await answer;
  });

  test('tells when the port is in use', async () => {
    const { address } = await startManual();
    const ended = await start('--port', new URL(address).port).ended;
    expect(ended).toMatchObject({
      exitCode: 1,
      output: '',
      errors: 'The port is in use: choose another one with --port.\n',
    });
  });

  test.each([
    [['--port', '65536'], '--port must be a number from 0 to 65535, not "65536".'],
    [['--port', 'http'], '--port must be a number'],
    [['--start-at', '2026-01-01'], '--start-at needs --manual-clock.'],
    [['--manual-clock', '--start-at', 'noon'], '--start-at must be a time'],
    [['--tier', 'gold'], 'There is no tier "gold": choose from free, starter, pro, enterprise, unlimited.'],
    [['--scope', 'resources:read'], '--scope needs --api-key.'],
    [['--api-key', 'one', '--scope', 'locks:read'], '--scope must be one of resources:read, '],
    [['--problem-type-base', '/errors/'], '--problem-type-base must be an http or https URL'],
    [['--platform-capacity-gb', '-4'], "Option '--platform-capacity-gb' argument is ambiguous"],
    [['--on-demand-micros-per-gb-hour', '1000000000'], 'more than 9007199254740991.'],
    [['--org-cap-gb', '1000000001'], '--org-cap-gb must be a number from 0 to 1000000000, not "1000000001".'],
    [['--colour'], "Unknown option '--colour'."],
    [['4010'], "Unexpected argument '4010'."],
  ])('refuses %j', async (args, message) => {
    const { exitCode, errors } = await start(...args).ended;
    expect(exitCode).toBe(2);
    expect(errors).toContain(message);
    expect(errors).toContain('--help');
  });

  test('explains itself', async () => {
    expect(await start('--help').ended).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('--manual-clock'),
      errors: '',
    });
  });
});
