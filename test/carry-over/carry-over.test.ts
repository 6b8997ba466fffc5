import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { recordKinds, StoreUnavailable } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';
import type { RunningServer } from '@holdfast/server';
import { openMongoStore } from '@holdfast/store-mongodb';
import { backUpSqliteStore, openSqliteStore, restoreSqliteStore } from '@holdfast/store-sqlite';
import { afterEach, describe, expect, inject, test } from 'vitest';

import { targetOf } from '../faults/wire-client.ts';
import { checkNumbers } from '../outbox/check-numbers.ts';
import { isResourceEvent } from '../outbox/outbox-event.ts';
import { readLog } from '../outbox/read-log.ts';
import type { Reads } from '../outbox/reads.ts';
import { withCommit } from '../simulation/store/broken-stores.ts';
import { asOfNow, withoutNewTypes } from './as-of-now.ts';
import { damages } from './damages.ts';
import { fixtureFile, loadDatabase, readRecording } from './databases.ts';
import { exchange } from './recording.ts';
import type { Exchange, Recording } from './recording.ts';
import { startOn } from './start-on.ts';

const mongodbUri = inject('mongodbUri');
const targets = inject('targets');

let disposals: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const dispose of disposals.reverse()) await dispose();
  disposals = [];
});

async function start(store: Store, nowMs: () => number): Promise<Awaited<ReturnType<typeof startOn>>> {
  disposals.push(() => store.close());
  const server = await startOn(store, nowMs);
  disposals.push(() => server.stop());
  return server;
}

async function unpack(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-carry-over-'));
  disposals.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'holdfast.sqlite');
  writeFileSync(file, gunzipSync(readFileSync(fixtureFile(`${name}.gz`))));
  return file;
}

/** The fixtures are made by `record-fixtures.ts` from the versions that are named there. */
const versions = [1, 2, 3, 4];
const mongodbVersions = [1, 2, 3];

const openSqlite = async (name: string) => openSqliteStore({ file: await unpack(name), kinds: recordKinds });
const openMongodb = async (name: string, uri: string) => {
  const database = `carry-over-${randomUUID().slice(0, 13)}`;
  await loadDatabase(uri, database, fixtureFile(`${name}.gz`));
  return openMongoStore({ uri, database, kinds: recordKinds });
};

const fixtures = [
  ...versions.map((version) => ({ name: `sqlite-${version}`, open: openSqlite, isThere: targets.includes('sqlite') })),
  ...mongodbVersions.map((version) => ({
    name: `mongodb-${version}`,
    open: (name: string) => openMongodb(name, mongodbUri ?? ''),
    isThere: mongodbUri !== undefined,
  })),
].filter(({ isThere }) => isThere);

function expectSame(exchanged: Exchange, before: Exchange, recording: Recording): void {
  const { path, status } = exchanged;
  expect({ path, status, answer: withoutNewTypes(exchanged, before) }).toMatchObject({
    status: before.status,
    answer: asOfNow(before, recording),
  });
}

/** Every event is there once. */
async function expectSameEvents(server: RunningServer, recording: Recording): Promise<void> {
  await server.sweep();
  for (const read of recording.reads.filter(({ path }) => path.includes('/v1/events'))) {
    expectSame(await exchange(server.url, read), read, recording);
  }
  await expectNumbered(server, recording);
}

/** Everything that happened before a version with numbers has them, in the order in which it happened. */
async function expectNumbered(server: RunningServer, { writtenAtMs }: Recording): Promise<void> {
  for (const apiKey of ['live', 'test', 'otherTenant'] as const) {
    const reads: Reads = {
      read: async <Result>(request: Parameters<Reads['read']>[0]) =>
        (await exchange(server.url, { apiKey, method: 'GET', path: targetOf(request) })).answer as Result,
    };
    const log = await readLog(reads);
    expect(checkNumbers(log)).toEqual([]);
    const times = log.map((event) => Date.parse(isResourceEvent(event) ? event.at : event.created_at));
    const before = times.filter((atMs) => atMs <= writtenAtMs);
    expect(before.length).toBeGreaterThan(0);
    expect(times.slice(0, before.length)).toEqual(before.toSorted());
  }
}

interface Claim {
  readonly resource: string;
  readonly requester: string;
  readonly releaseToken: string;
  readonly fencingToken: number;
  readonly expiresAt: string | null;
}

/** The live claims that `live` made and can still give back, as they were granted or prolonged last. */
function claimsOf({ writes, askedAtMs }: Recording): readonly Claim[] {
  const claims = new Map<string, Claim>();
  for (const { apiKey, path, answer } of writes) {
    if (apiKey !== 'live' || !path.startsWith('/api/v1/Reservation/')) continue;
    if (path.endsWith('/forceRelease')) {
      for (const resource of (answer as { released: string[] }).released) claims.delete(resource);
      continue;
    }
    const results = Array.isArray(answer) ? answer : (answer as { results: unknown[] }).results;
    for (const result of results as (Claim & { status: string; acquiredSlots: Record<string, string> | null })[]) {
      const resource = result.acquiredSlots?.[result.resource] ?? result.resource;
      if (result.status === 'RELINQUISHED') claims.delete(resource);
      else if (result.releaseToken) claims.set(resource, { ...result, resource });
    }
  }
  return [...claims.values()].filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > askedAtMs);
}

/** The highest fencing token that was given out to `live`. */
function highestToken({ writes }: Recording): number {
  const live = JSON.stringify(writes.filter(({ apiKey }) => apiKey === 'live'));
  return Math.max(...[...live.matchAll(/"fencingToken":(\d+)/gu)].map(([, token]) => Number(token)));
}

const places = ['tenant_id=default&environment=live', 'tenant_id=default&environment=test', 'tenant_id=other'];

/** What an API key from before has that nobody could set then. */
const oldKey = { expires_at: null, allowed_cidrs: null, ops_per_minute: null, revoked_at: null, display: null };

describe.each(fixtures)('$name, of an earlier version', ({ name, open: openFixture }) => {
  const recording = readRecording(name);
  const open = () => openFixture(name);
  const { askedAtMs, writes, reads } = recording;

  test('answers every question as before, after the sweep of what has lapsed meanwhile', async () => {
    const server = await start(await open(), () => askedAtMs);
    await server.sweep();
    for (const read of reads) expectSame(await exchange(server.url, read), read, recording);
    await expectNumbered(server, recording);
  });

  test('answers every idempotency key as before', async () => {
    const server = await start(await open(), () => askedAtMs);
    for (const write of writes) {
      const replay = await exchange(server.url, write);
      expectSame(replay, write, recording);
      expect(replay).toMatchObject({ isReplayed: true });
    }
  });

  test('counts the locks that were there', async () => {
    const server = await start(await open(), () => askedAtMs);
    await server.sweep();
    for (const apiKey of ['live', 'test', 'otherTenant'] as const) {
      const ask = async (path: string) => (await exchange(server.url, { apiKey, method: 'GET', path })).answer;
      const { reservations } = (await ask('/api/v1/Reservation?limit=1000')) as { reservations: unknown[] };
      expect(await ask('/v1/limits')).toMatchObject({ used: { concurrent_locks: reservations.length } });
    }
  });

  test('keeps its API keys, without limits, and lets them be rotated and revoked; another start adopts none twice', async () => {
    const store = await open();
    const first = await start(store, () => askedAtMs);
    const ask = async ({ url }: RunningServer, method: string, path: string, body?: object) => {
      return (await exchange(url, { apiKey: 'live', method, path, ...(body && { body }) })).answer;
    };
    const keysOf = (server: RunningServer) =>
      Promise.all(
        places.map(async (place) => {
          const { data } = (await ask(server, 'GET', `/v1/admin/api-keys?${place}`)) as {
            readonly data: { readonly id: string; readonly label: string }[];
          };
          return data.map((key) => ({ ...key, last_used_at: undefined }));
        }),
      );
    const tenantsOf = (server: RunningServer) => ask(server, 'GET', '/v1/admin/tenants');
    const [keys, tenants] = [await keysOf(first), await tenantsOf(first)];
    const admin = { scopes: expect.arrayContaining(['platform:admin']) };
    const labels = ['first key', 'key of default', 'key of other'];
    const seeded = keys.map((some, place) => some.filter(({ label }) => label === labels[place]));
    expect(seeded).toMatchObject([
      [{ ...oldKey, ...admin, tenant_id: 'default', environment: 'live' }],
      [{ ...oldKey, ...admin, tenant_id: 'default', environment: 'test' }],
      [{ ...oldKey, scopes: null, tenant_id: 'other', environment: 'live' }],
    ]);
    const unlimited = { tier: 'unlimited', suspended: false };
    const { data } = tenants as { readonly data: readonly { readonly id: string }[] };
    expect(data.filter(({ id }) => ['default', 'other'].includes(id))).toMatchObject([unlimited, unlimited]);
    const otherTenants = { apiKey: 'otherTenant', method: 'GET' } as const;
    expect(await exchange(first.url, { ...otherTenants, path: '/v1/limits' })).toMatchObject({ status: 200 });
    expect(await exchange(first.url, { ...otherTenants, path: '/v1/admin/tenants' })).toMatchObject({ status: 403 });
    await first.stop();

    const second = await start(store, () => askedAtMs);
    expect([await keysOf(second), await tenantsOf(second)]).toEqual([keys, tenants]);
    const [inTest, ofOther] = seeded.slice(1).map(([key]) => key);
    const rotated = await ask(second, 'POST', `/v1/admin/api-keys/${inTest?.id}/rotate`, { overlap_seconds: 0 });
    expect(rotated).toMatchObject({ api_key: expect.stringMatching(/^hf_test_/u) });
    await ask(second, 'POST', `/v1/admin/api-keys/${ofOther?.id}/revoke`);
    const path = '/v1/limits';
    expect(await exchange(second.url, { apiKey: 'test', method: 'GET', path })).toMatchObject({ status: 401 });
    expect(await exchange(second.url, { ...otherTenants, path })).toMatchObject({ status: 401 });
  });

  test('lets claims be prolonged and given back, and its fencing tokens go on rising', async () => {
    const server = await start(await open(), () => askedAtMs);
    const post = async (path: string, body: unknown) =>
      (await exchange(server.url, { apiKey: 'live', method: 'POST', path: `/api/v1/Reservation/${path}`, body }))
        .answer;
    const claims = claimsOf(recording);
    expect(claims.length).toBeGreaterThan(40);
    for (const [index, { resource, requester, releaseToken, fencingToken }] of claims.entries()) {
      expect(await post('renew', [{ requester, resource, releaseToken, ttlSeconds: 600 }])).toMatchObject([
        { status: 'RENEWED', fencingToken },
      ]);
      expect(await post('unreserve', [{ requester, resource, releaseToken }])).toMatchObject([
        { status: 'RELINQUISHED' },
      ]);
      const [granted] = (await post('reserve', [{ requester: `next-${index}`, resource }])) as [
        Claim & { status: string },
      ];
      expect(granted.status).toBe('ACQUIRED');
      expect(granted.fencingToken).toBeGreaterThan(highestToken(recording));
    }
  });

  test('lets holds be ended, and the ledger adds up', async () => {
    const server = await start(await open(), () => askedAtMs);
    const ask = async (method: string, path: string, body?: object) =>
      exchange(server.url, { apiKey: 'live', method, path, ...(body && { body }) });
    const customer = '/v1/customer-by-external-id/customer%2F42';
    const { answer } = await ask('GET', `${customer}/reservations?status=active`);
    const { data } = answer as { data: { id: string }[] };
    expect(data.length).toBeGreaterThan(1);
    for (const { id } of data) {
      expect(await ask('POST', `/v1/reserve/${id}/commit`, { actual_units: 5 })).toMatchObject({ status: 200 });
      expect(await ask('POST', `/v1/reserve/${id}/release`)).toMatchObject({ status: 409 });
    }
    expect(await ask('GET', `${customer}/credits/audit`)).toMatchObject({ answer: { consistent: true } });
  });
});

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(mongodbUri === undefined)('a database of an earlier version', () => {
  test('has each event once, in its order, when servers that number them die after any commit', async () => {
    const recording = readRecording('mongodb-3');
    const { askedAtMs } = recording;
    const store = await openMongodb('mongodb-3', mongodbUri ?? '');
    let deaths = 0;
    for (let isCarriedOver = false; !isCarriedOver;) {
      const server = await startOn(dyingStore(store, deaths), () => askedAtMs).catch(() => undefined);
      if (server === undefined) deaths += 1;
      isCarriedOver = server !== undefined;
      await server?.stop();
    }
    expect(deaths).toBeGreaterThan(2);
    await expectSameEvents(await start(store, () => askedAtMs), recording);
  });
});

/** A store that a process sees no more of after so many commits; of every other one more it doesn't know that it was done. */
function dyingStore(store: Store, commits: number): Store {
  let left = commits;
  return withCommit(store, async (commit, deadlineMs) => {
    left -= 1;
    if (left === -1 && commits % 2 === 1) await store.commit(commit, deadlineMs);
    if (left < 0) throw new StoreUnavailable('The process is dead.', { outcomeUnknown: true });
    return store.commit(commit, deadlineMs);
  });
}

// Left out where `TARGETS` names other stores.
describe.skipIf(!targets.includes('sqlite'))('a file of an earlier version', () => {
  const script = join(import.meta.dirname, 'open-until-killed.ts');

  /** Resolves to how many steps there were; to undefined if it killed itself before the last. */
  async function openUntil(file: string, step: number, startAtMs?: number): Promise<number | undefined> {
    const options = [file, String(step), ...(startAtMs === undefined ? [] : [String(startAtMs)])];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (signal === 'SIGKILL') return undefined;
    expect(code).toBe(0);
    return Number(printed);
  }

  /** Kills several starts half-way. Resolves to the file, and to how many steps a start has. */
  async function openHalfWay(name: string): Promise<{ readonly file: string; readonly steps: number }> {
    const steps = (await openUntil(await unpack(name), 0)) ?? 0;
    const file = await unpack(name);
    for (const part of [0.1, 0.5, 0.97]) expect(await openUntil(file, Math.ceil(steps * part))).toBeUndefined();
    return { file, steps };
  }

  test.each(versions)(
    '%i is carried over by the next start when one is killed half-way, wherever that is',
    { timeout: 120_000 },
    async (version) => {
      const recording = readRecording(`sqlite-${version}`);
      const { askedAtMs, reads } = recording;
      const { file, steps } = await openHalfWay(`sqlite-${version}`);
      expect(steps).toBeGreaterThan(300);
      const reported: string[] = [];
      const report = (level: string, message: string) => void reported.push(`${level}: ${message}`);
      await (await openSqliteStore({ file, kinds: recordKinds, report })).close();
      expect(reported).toEqual([
        `info: ${file} is carried over to this version, before the server listens`,
        `info: ${file} has been carried over`,
      ]);
      // It was one piece, of which nothing is left to be done.
      expect(await openUntil(file, 0)).toBeLessThan(steps / 4);
      const server = await start(await openSqliteStore({ file, kinds: recordKinds }), () => askedAtMs);
      await server.sweep();
      for (const read of reads) expectSame(await exchange(server.url, read), read, recording);
      await expectNumbered(server, recording);
    },
  );

  test(
    'has each event once, in its order, when the server that numbers them is killed half-way',
    { timeout: 120_000 },
    async () => {
      const recording = readRecording('sqlite-3');
      const { askedAtMs } = recording;
      const steps = (await openUntil(await unpack('sqlite-3'), 0, askedAtMs)) ?? 0;
      expect(steps).toBeGreaterThan(150);
      for (const part of [0.1, 0.5, 0.97]) {
        const file = await unpack('sqlite-3');
        expect(await openUntil(file, Math.ceil(steps * part), askedAtMs)).toBeUndefined();
        const server = await start(await openSqliteStore({ file, kinds: recordKinds }), () => askedAtMs);
        await expectSameEvents(server, recording);
      }
    },
  );

  test.each(damages)('is refused for %s that is damaged, instead of being confirmed as it is', async (...damaged) => {
    const [, version, damage] = damaged;
    const file = await unpack(`sqlite-${version}`);
    damage(file);
    const bytes = readFileSync(file);
    await expect(openSqliteStore({ file, kinds: recordKinds })).rejects.toMatchObject({ fault: 'damaged' });
    expect(() => backUpSqliteStore({ file, to: `${file}-backup` })).toThrow('damaged');
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test.each(versions)('%i that a restore replaces tells which numbers it has given out', async (version) => {
    const file = await unpack(`sqlite-${version}`);
    const from = `${file}-empty`;
    await (await openSqliteStore({ file: from, kinds: recordKinds })).close();
    const { sequenceFloor } = restoreSqliteStore({ file, from, kinds: recordKinds, nowMs: 0 });
    expect(sequenceFloor).toBeGreaterThan(highestToken(readRecording(`sqlite-${version}`)));
  });

  test.each(versions)('%i is a backup, too', async (version) => {
    const recording = readRecording(`sqlite-${version}`);
    const { askedAtMs, writes } = recording;
    const [old, from] = [await unpack(`sqlite-${version}`), await unpack(`sqlite-${version}`)];
    backUpSqliteStore({ file: old, to: from, isOverwriting: true });
    const file = `${from}-of-now`;
    const { sequenceFloor } = restoreSqliteStore({ file, from, kinds: recordKinds, nowMs: Date.now() });
    const server = await start(await openSqliteStore({ file, kinds: recordKinds }), () => askedAtMs);
    for (const write of writes) expectSame(await exchange(server.url, write), write, recording);
    const body = [{ requester: 'later', resource: 'of-nobody-so-far' }];
    const { answer } = await exchange(server.url, {
      apiKey: 'live',
      method: 'POST',
      path: '/api/v1/Reservation/reserve',
      body,
    });
    expect((answer as [Claim])[0].fencingToken).toBeGreaterThan(sequenceFloor);
  });
});
