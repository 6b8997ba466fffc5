import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { recordKinds } from '@holdfast/engine';
import type { Store } from '@holdfast/engine';
import { openMongoStore } from '@holdfast/store-mongodb';
import { openSqliteStore, restoreSqliteStore } from '@holdfast/store-sqlite';
import { afterEach, describe, expect, inject, test } from 'vitest';

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

async function unpack(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-carry-over-'));
  disposals.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'holdfast.sqlite');
  writeFileSync(file, gunzipSync(readFileSync(fixtureFile('sqlite-1.gz'))));
  return file;
}

/** The fixtures are made by `record-fixtures.ts` from the version that is named there. */
const openers: Readonly<Record<string, () => Promise<Store>>> = {
  ...(targets.includes('sqlite') && {
    'sqlite-1': async () => openSqliteStore({ file: await unpack(), kinds: recordKinds }),
  }),
  ...(mongodbUri !== undefined && {
    'mongodb-1': async () => {
      const database = `carry-over-${randomUUID().slice(0, 13)}`;
      await loadDatabase(mongodbUri, database, fixtureFile('mongodb-1.gz'));
      return openMongoStore({ uri: mongodbUri, database, kinds: recordKinds });
    },
  }),
};

/** Later versions may add members to an answer; what was there stays as it was. */
function expectSame(exchanged: Exchange, { status, answer }: Exchange): void {
  expect({ path: exchanged.path, status: exchanged.status, answer: exchanged.answer }).toMatchObject({
    status,
    answer,
  });
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

describe.each(Object.entries(openers))('%s of the version before', (name, open) => {
  const recording = readRecording(name);
  const { askedAtMs, writes, reads } = recording;

  test('answers every question as before, after the sweep of what has lapsed meanwhile', async () => {
    const server = await start(await open(), () => askedAtMs);
    await server.sweep();
    for (const read of reads) expectSame(await exchange(server.url, read), read);
  });

  test('answers every idempotency key as before', async () => {
    const server = await start(await open(), () => askedAtMs);
    for (const write of writes) {
      const replay = await exchange(server.url, write);
      expectSame(replay, write);
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

if (targets.includes('sqlite'))
  describe('a file of the version before', () => {
    const script = join(import.meta.dirname, 'open-until-killed.ts');
    const { askedAtMs, reads } = readRecording('sqlite-1');

    /** Resolves to how many steps there were; to undefined if it killed itself before the last. */
    async function openUntil(file: string, step: number): Promise<number | undefined> {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, file, String(step)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [printed, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      if (signal === 'SIGKILL') return undefined;
      expect(code).toBe(0);
      return Number(printed);
    }

    test(
      'is carried over by the next start when one is killed half-way, wherever that is',
      { timeout: 120_000 },
      async () => {
        const steps = await openUntil(await unpack(), 0);
        expect(steps).toBeGreaterThan(300);
        const file = await unpack();
        for (const part of [0.1, 0.5, 0.97])
          expect(await openUntil(file, Math.ceil((steps ?? 0) * part))).toBeUndefined();
        expect(await openUntil(file, 0)).toBe(steps);
        // Nothing is left to be done.
        expect(await openUntil(file, 0)).toBeLessThan((steps ?? 0) / 4);
        const server = await start(await openSqliteStore({ file, kinds: recordKinds }), () => askedAtMs);
        await server.sweep();
        for (const read of reads) expectSame(await exchange(server.url, read), read);
      },
    );

    test('is refused when it is damaged already, instead of being confirmed as it is', async () => {
      const file = await unpack();
      const bytes = readFileSync(file);
      bytes.fill(0, 5 * 4_096, 5 * 4_096 + 8);
      writeFileSync(file, bytes);
      await expect(openSqliteStore({ file, kinds: recordKinds })).rejects.toMatchObject({ fault: 'damaged' });
      expect(readFileSync(file).equals(bytes)).toBe(true);
    });
  });

if (targets.includes('sqlite')) {
  test('a file of the version before is a backup, too', async () => {
    const { askedAtMs, writes } = readRecording('sqlite-1');
    const from = await unpack();
    const file = `${from}-of-now`;
    const { sequenceFloor } = restoreSqliteStore({ file, from, kinds: recordKinds, nowMs: Date.now() });
    const server = await start(await openSqliteStore({ file, kinds: recordKinds }), () => askedAtMs);
    for (const write of writes) expectSame(await exchange(server.url, write), write);
    const body = [{ requester: 'later', resource: 'of-nobody-so-far' }];
    const { answer } = await exchange(server.url, {
      apiKey: 'live',
      method: 'POST',
      path: '/api/v1/Reservation/reserve',
      body,
    });
    expect((answer as [Claim])[0].fencingToken).toBeGreaterThan(sequenceFloor);
  });
}
