import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { ReserveItem } from '@holdfast/sdk';
import { MongoClient } from 'mongodb';
import type { Collection } from 'mongodb';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';

import { clientOf, startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const uri = inject('mongodbUri');
const apiKey = `hf_live_${'c'.repeat(43)}`;
const hourMs = 3_600_000;
const patience = { timeout: 60_000, interval: 20 };

interface ClockDocument {
  readonly _id: string;
  readonly aheadMs: number;
  readonly toldMs: number;
  readonly slewedMs: number;
  readonly processes: readonly string[];
  readonly revision: number;
}

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('processes on one MongoDB whose clock is set', () => {
  let mongo: MongoClient;
  let database: string;
  let clock: Collection<ClockDocument>;
  const servers: ServerProcess[] = [];

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    const store = { MONGODB_URI: uri ?? '', MONGODB_DATABASE: database, HOLDFAST_BOOTSTRAP_API_KEY: apiKey };
    const server = await startServerProcess({ env: { ...store, ...env } });
    servers.push(server);
    return server;
  };
  const killAll = () => Promise.all(servers.splice(0).map((server) => server.end('SIGKILL')));

  /**
   * To processes it is the same whether MongoDB's clock is set, or what they have agreed to add to it: they see the sum.
   * So the one MongoDB of all tests keeps its clock.
   */
  const setClock = async (byMs: number) => {
    expect(await clock.updateOne({ _id: 'only' }, { $inc: { aheadMs: byMs } })).toMatchObject({ matchedCount: 1 });
  };
  const revision = async () => (await clock.findOne({ _id: 'only' }))?.revision ?? -1;
  /** Until somebody has noticed that it was set, once more than before. */
  const untilNoticed = (before: number) =>
    vi.waitFor(async () => expect(await revision()).toBeGreaterThan(before), patience);

  const claim = async (server: ServerProcess, item: ReserveItem) =>
    (await clientOf(server, apiKey).resources.reserve([item]))[0];
  const take = async (server: ServerProcess, resource: string, ttlSeconds: number) => {
    expect(await claim(server, { requester: 'first', resource, ttlSeconds })).toMatchObject({ status: 'ACQUIRED' });
  };
  const expectHeld = async (resource: string) => {
    const claims = await Promise.all(servers.map((server) => claim(server, { requester: 'second', resource })));
    expect(claims).toMatchObject(claims.map(() => ({ status: 'ALREADY_HELD' })));
  };
  const expectFree = (server: ServerProcess, resource: string) => {
    const isTaken = async () =>
      expect(await claim(server, { requester: 'second', resource })).toMatchObject({ status: 'ACQUIRED' });
    return vi.waitFor(isTaken, patience);
  };
  const get = async (server: ServerProcess, path: string) => (await fetch(`${server.url}${path}`)).text();

  beforeEach(async () => {
    mongo = await MongoClient.connect(uri ?? '');
    database = `clock-${randomUUID().slice(0, 13)}`;
    clock = mongo.db(database).collection<ClockDocument>('shared_clock');
  });

  afterEach(async () => {
    await killAll();
    await mongo.close();
  });

  test.each([hourMs, -hourMs])(
    'by %i ms and back: those that run and those that start agree, and TTLs are as long as ever',
    async (stepMs) => {
      const [one, other] = await Promise.all([start(), start()]);
      await take(one, 'long', 600);
      for (const byMs of [stepMs, -stepMs]) {
        const before = await revision();
        await setClock(byMs);
        await take(one, `brief ${byMs}`, 1);
        await expectHeld('long');
        const third = await start();
        await expectHeld('long');
        await expectFree(third, `brief ${byMs}`);
        await untilNoticed(before);
        await expectHeld('long');
        await take(third, `later ${byMs}`, 1);
        await expectFree(other, `later ${byMs}`);
      }
      await take(other, 'last', 2);
      await killAll();
      const next = await start();
      await expectFree(next, 'last');
      await expectHeld('long');
    },
  );

  test('for half a second, and nobody notices: what was taken then lapses in its time', async () => {
    const server = await start();
    await take(server, 'long', 600);
    await setClock(hourMs);
    await take(server, 'brief', 1);
    await delay(500);
    await setClock(-hourMs);
    await expectFree(server, 'brief');
    await take(server, 'next', 1);
    await expectFree(server, 'next');
    await expectHeld('long');
  });

  test.each([hourMs, -hourMs])(
    'say that the time is %i ms from its clock, and take that clock’s time if an operator wants it',
    async (aheadMs) => {
      const toldMs = Date.now() - 2 * hourMs;
      await clock.insertOne({ _id: 'only', aheadMs, toldMs, slewedMs: toldMs, processes: [], revision: 0 });
      const server = await start();
      await take(server, 'long', 600);
      const words = aheadMs > 0 ? 'ahead of' : 'behind';
      const says = new RegExp(
        `time: 3(?:600|599)\\.\\d s ${words} the system's clock\ntime: 3(?:600|599)\\.\\d s ${words} the database's clock\n`,
        'u',
      );
      expect(await get(server, '/readyz')).toMatch(says);
      const seconds = aheadMs > 0 ? '3(?:600|599)' : '-3(?:600|599)';
      for (const gauge of ['holdfast_clock_offset_seconds', 'holdfast_database_clock_offset_seconds']) {
        expect(await get(server, '/metrics')).toMatch(new RegExp(`^${gauge} ${seconds}`, 'mu'));
      }

      const other = await start({ HOLDFAST_TAKE_SYSTEM_TIME: 'true' });
      const isRight = aheadMs < 0;
      await vi.waitFor(async () => expect((await get(server, '/readyz')).includes('time: ')).toBe(!isRight), patience);
      await (isRight ? expectFree(other, 'long') : expectHeld('long'));
    },
  );

  test('or whose own clock is wrong: the time is MongoDB’s', async () => {
    const server = await start({ CLOCK_SHIFT_MS: String(hourMs) });
    await take(server, 'brief', 1);
    expect(await get(server, '/readyz')).toMatch(/^ready\ntime: 3(?:600|599)\.\d s behind the system's clock\n/u);
    await expectFree(server, 'brief');
  });
});
