import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Limits } from '@holdfast/contract';
import { startMongo } from '@holdfast/store-mongodb/testing';
import type { TestMongo } from '@holdfast/store-mongodb/testing';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';

import { WireClient } from '../faults/wire-client.ts';
import { LimitedLoad } from './limited-load.ts';
import type { Stream } from './limited-load.ts';
import { createMovableTime } from './movable-time.ts';
import type { MovableTime } from './movable-time.ts';
import { ask, createNewTenant } from './new-tenant.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const adminKey = `hf_live_${'3'.repeat(43)}`;

/** `callers`: how many ask each process; `lostParts`: the part of a limit that one may take with it when killed. */
const places = [
  { place: 'a process on SQLite', loads: [{ load: 'evenly', callers: [15] }], lostParts: 8, isMongodb: false },
  // Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
  ...(inject('mongodbUri') === undefined
    ? []
    : [
        {
          place: 'three processes on MongoDB',
          loads: [
            { load: 'evenly', callers: [5, 5, 5] },
            { load: 'unevenly', callers: [12, 1, 0] },
          ],
          lostParts: 40,
          isMongodb: true,
        },
      ]),
];

const limit = 200;
const minuteMs = 60_000;
const startMs = Date.parse('2100-01-01T09:01:30Z');
const patience = { timeout: 100_000, interval: 50 };

describe.each(places)('a limit of 200 operations a minute, on $place', ({ loads, lostParts, isMongodb }) => {
  const evenly = loads[0]?.callers ?? [];
  let folder: string;
  let mongo: TestMongo | undefined;
  let time: MovableTime;
  let env: Readonly<Record<string, string>>;
  let servers: ServerProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-limits-'));
    time = createMovableTime(folder, startMs);
    mongo = isMongodb ? await startMongo() : undefined;
    const store = mongo === undefined ? { HOLDFAST_DATA_DIR: folder } : { MONGODB_URI: mongo.uri };
    env = { ...store, HOLDFAST_BOOTSTRAP_API_KEY: adminKey };
    servers = await Promise.all(evenly.map(() => start()));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await mongo?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(loads)('is what is admitted in every window, to the unit, when asked $load', async ({ callers }) => {
    const { apiKey } = await newTenant();
    // In the last second of a window processes take some of the next one.
    for (const sinceBeginningMs of [30_000, 59_600, 0]) {
      nextWindow(sinceBeginningMs);
      const load = new LimitedLoad(apiKey);
      // So that the idle one, too, has something in hand.
      for (const { url } of servers) await load.send(url);
      await load.run(streams(callers), () => load.admitted >= limit);
      await expectSpent(load, apiKey);
      expect(load).toMatchObject({ admitted: limit, unknown: 0 });
    }
  });

  test('is never exceeded when a process is killed, which takes no more with it than is documented', async () => {
    const { apiKey } = await newTenant();
    nextWindow(0);
    const load = new LimitedLoad(apiKey);
    let isOver = false;
    const [victim] = servers.splice(0, 1);
    const [first, ...others] = streams(evenly, [victim!, ...servers]);
    const underWay = Promise.all([load.run([first!], () => isOver), load.run(others, () => isOver)]);
    await vi.waitFor(() => expect(load.admitted).toBeGreaterThan(limit / 2), { ...patience, interval: 1 });
    await victim?.end('SIGKILL');
    servers.push(await start());
    // In place of the one that died.
    await load.run(streams([1], servers.slice(-1)), () => load.refused > 0);
    await untilGranted(apiKey);
    isOver = true;
    await underWay;

    await expectSpent(load, apiKey);
    expect(load.admitted).toBeLessThanOrEqual(limit);
    expect(load.admitted + load.unknown).toBeGreaterThanOrEqual(limit - limit / lostParts);

    nextWindow(0);
    const next = new LimitedLoad(apiKey);
    await next.run(streams(evenly), () => next.admitted >= limit);
    await expectSpent(next, apiKey);
    expect(next).toMatchObject({ admitted: limit, unknown: 0 });
  });

  test('is used up to the last unit when a process is stopped, whatever it had in hand', async () => {
    const { apiKey } = await newTenant();
    nextWindow(0);
    const load = new LimitedLoad(apiKey);
    const [leaver] = servers.splice(0, 1);
    await load.run(streams([8], [leaver!]), () => load.admitted >= limit / 3);
    expect(await leaver?.end('SIGTERM')).toBe(0);
    servers.push(await start());
    await load.run(streams(evenly), () => load.admitted >= limit);
    await expectSpent(load, apiKey);
    expect(load).toMatchObject({ admitted: limit, unknown: 0 });
  });

  function start(): Promise<ServerProcess> {
    return startServerProcess({ env, timeFile: time.timeFile });
  }

  function newTenant() {
    return createNewTenant(new WireClient(servers[0]?.url ?? '', adminKey), { ops_per_minute: limit });
  }

  /** Sets the time to one in the next window. */
  function nextWindow(sinceBeginningMs: number): void {
    time.nowMs = Math.floor(time.nowMs / minuteMs + 1) * minuteMs + sinceBeginningMs;
  }

  function streams(callers: readonly number[], among: readonly ServerProcess[] = servers): readonly Stream[] {
    return among.map(({ url }, index) => ({ url, callers: callers[index] ?? 0 }));
  }

  /** Until everything is granted, and nobody has any of it in hand. */
  async function untilGranted(apiKey: string): Promise<void> {
    for (const { url } of servers) {
      await vi.waitFor(async () => {
        const { used } = await ask<Limits>(new WireClient(url, apiKey), { operationId: 'getLimits' });
        expect(used.ops_per_minute).toBe(limit);
      }, patience);
    }
  }

  /** Nothing more is admitted, by no process. */
  async function expectSpent(load: LimitedLoad, apiKey: string): Promise<void> {
    await untilGranted(apiKey);
    for (const { url } of servers) {
      for (let more = 0; more < 10; more += 1) expect(await load.send(url)).toBe(429);
    }
  }
});
