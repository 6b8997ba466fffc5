import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { ReserveItem } from '@holdfast/sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { clientOf, startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';
import { createSettableClock } from './settable-clock.ts';
import type { SettableClock } from './settable-clock.ts';

const hourMs = 3_600_000;
const patience = { timeout: 60_000, interval: 20 };

const anHour = (where: string) =>
  expect.stringMatching(new RegExp(`3(?:600|599)\\.\\d s ${where} the system's clock$`, 'u')) as string;

/** Where a machine doesn't say since when it runs, nobody can tell after a restart how long that took. */
const knowsItsStart = existsSync('/proc/sys/kernel/random/boot_id') && existsSync('/proc/self/stat');

describe('a process on SQLite whose time of day is set', () => {
  let folder: string;
  let clock: SettableClock;
  let server: ServerProcess;
  let apiKey: string;

  const start = async () => {
    server = await startServerProcess({ env: { HOLDFAST_DATA_DIR: folder, ...clock.env } });
    apiKey ??= server.printedApiKey!;
  };
  const restart = async () => {
    await server.end('SIGKILL');
    await start();
  };
  const claim = async (item: ReserveItem) => (await clientOf(server, apiKey).resources.reserve([item]))[0];
  const take = async (resource: string, ttlSeconds: number) => {
    expect(await claim({ requester: 'first', resource, ttlSeconds })).toMatchObject({ status: 'ACQUIRED' });
  };
  const expectHeld = async (resource: string) => {
    expect(await claim({ requester: 'second', resource })).toMatchObject({ status: 'ALREADY_HELD' });
  };
  const expectFree = (resource: string) => {
    const isTaken = async () =>
      expect(await claim({ requester: 'second', resource })).toMatchObject({ status: 'ACQUIRED' });
    return vi.waitFor(isTaken, patience);
  };
  /** What `/readyz` says of the time. */
  const notes = async () => {
    const [first, ...lines] = (await get('/readyz')).trimEnd().split('\n');
    expect(first).toBe('ready');
    return lines.filter((line) => line.startsWith('time: '));
  };
  const get = async (path: string) => (await fetch(`${server.url}${path}`)).text();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-clock-'));
    clock = createSettableClock(folder);
    apiKey = undefined as never;
  });

  afterEach(async () => {
    await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test('to an hour ahead for half a second: what is taken then and later lapses in its time, nothing earlier', async () => {
    await start();
    await take('long', 600);
    clock.set(hourMs);
    await take('during', 1);
    await delay(500);
    await expectHeld('long');
    clock.set(0);
    await take('after', 2);
    await take('again', 1);
    await expectFree('during');
    await expectFree('again');
    await restart();
    await expectFree('after');
    await expectHeld('long');
  });

  test('back an hour: what is taken then lapses in its time, before and after a restart', async () => {
    await start();
    await take('long', 600);
    clock.set(-hourMs);
    await take('brief', 1);
    await expectFree('brief');
    await take('last', 2);
    await restart();
    await expectFree('last');
    await expectHeld('long');
  });

  test('ahead when it started, and right again afterwards: the time goes on from what the file has seen', async () => {
    clock.set(hourMs);
    await start();
    await take('long', 600);
    await take('brief', 2);
    clock.set(0);
    await restart();
    await expectFree('brief');
    await take('next', 1);
    await expectFree('next');
    await expectHeld('long');
    expect(await notes()).toEqual([anHour('ahead of')]);
  });

  test('ahead while it was down: nothing lapses early, where the machine can tell how long that was', async () => {
    await start();
    await take('long', 600);
    await server.end('SIGKILL');
    clock.set(hourMs);
    await start();
    await (knowsItsStart ? expectHeld('long') : expectFree('long'));
    expect(await notes()).toEqual(knowsItsStart ? [anHour('behind')] : []);
  });

  test('and who wants the time of day gets it, at a start', async () => {
    await start();
    await take('long', 600);
    await server.end('SIGKILL');
    clock.set(hourMs);
    server = await startServerProcess({
      env: { HOLDFAST_DATA_DIR: folder, HOLDFAST_TAKE_SYSTEM_TIME: 'true', ...clock.env },
    });
    await expectFree('long');
    expect(await notes()).toEqual([]);
  });

  test('says how far its time is from it, in three places, and when that is over', async () => {
    await start();
    expect(await notes()).toEqual([]);
    clock.set(-hourMs);
    expect(await notes()).toEqual([anHour('ahead of')]);
    expect(await get('/metrics')).toMatch(/^holdfast_clock_offset_seconds 3(?:600|599)(?:\.\d+)?$/mu);
    const lines = () => server.log().filter((line) => line.includes("the system's clock"));
    await vi.waitFor(() => expect(lines()).toHaveLength(1), patience);
    expect(lines()[0]).toMatch(/the time is 3(?:600|599)\.\d s ahead of/u);
    clock.set(0);
    await vi.waitFor(() => expect(lines()).toHaveLength(2), patience);
    expect(await notes()).toEqual([]);
    expect(await get('/metrics')).toMatch(/^holdfast_clock_offset_seconds -?0(?:\.\d+)?$/mu);
  });
});
