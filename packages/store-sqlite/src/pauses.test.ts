import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StoreUnavailable } from '@holdfast/engine/store';
import type { Commit, RecordKind } from '@holdfast/engine/store';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openParts } from './open-sqlite-store.ts';
import { SqliteStore } from './sqlite-store.ts';

const partition = 'tenant/live';
const kind: RecordKind = { name: 'items', indexes: {}, dueField: 'dueAtMs', purgeField: 'purgeAtMs' };

let folder = '';
let store: SqliteStore;
/** What waits for the event loop to turn. */
let paused: (() => void)[];
let elapsedMs: number;
let stepMs: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'));
  [paused, elapsedMs, stepMs] = [[], 0, 0];
  const eventLoop = { elapsedMs: () => (elapsedMs += stepMs), schedule: (task: () => void) => void paused.push(task) };
  store = new SqliteStore({ ...openParts({ file: join(folder, 'holdfast.db'), kinds: [kind] }), eventLoop });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function commitOf(count: number, version = 0, more: Commit['writes'] = []): Commit {
  const ids = Array.from({ length: count }, (_, index) => `${version}-${index}`);
  return {
    heads: [{ partition, expectedVersion: version, head: { version: version + 1, nowMs: 1, sequence: 1 } }],
    writes: [
      ...ids.map((id) => ({ type: 'put' as const, key: { kind, partition, id }, value: { version, dueAtMs: 1 } })),
      ...more,
    ],
    nowMs: 1,
  };
}

const everything = { heads: [partition], ranges: [{ kind, partition, limit: 1_000 }] };

/** Lets the event loop turn until everything is done; resolves to the number of its turns. */
async function goOn(task: Promise<unknown>): Promise<number> {
  let isDone = false;
  void task.then(
    () => (isDone = true),
    () => (isDone = true),
  );
  let turns = 0;
  for (let quiet = 0; !isDone && quiet < 1_000; quiet += 1) {
    await Promise.resolve();
    const next = paused.shift();
    if (next === undefined) continue;
    [turns, quiet] = [turns + 1, 0];
    next();
  }
  return turns;
}

test('a large commit and a large read let the event loop turn, and a small one needs no turn', async () => {
  stepMs = 3;
  const commit = store.commit(commitOf(100));
  expect(await goOn(commit)).toBeGreaterThan(20);
  const read = store.read({ records: commitOf(100).writes.map(({ key }) => key), ...everything });
  expect(await goOn(read)).toBeGreaterThan(40);
  expect((await read).ranges[0]).toHaveLength(100);
  const snapshot = await store.openSnapshot();
  const look = snapshot.read(everything);
  expect(snapshot.readNow?.({ heads: [partition] })).toBeUndefined();
  expect(await goOn(look)).toBeGreaterThan(20);
  expect(snapshot.readNow?.({ heads: [partition] })).toMatchObject({ heads: [{ version: 1 }] });
  await snapshot.close();
  stepMs = 0;
  expect(await goOn(store.commit(commitOf(100, 1)))).toBe(0);
  expect(await goOn(store.read(everything))).toBe(0);
});

test('while a commit pauses, whoever looks sees nothing of it, and whoever wants to write waits for it', async () => {
  const first: { result?: unknown } = {};
  stepMs = 3;
  const commit = store.commit(commitOf(100)).then((result) => (first.result = result));
  const snapshot = await store.openSnapshot();
  const [read, due] = [store.read({ heads: [partition] }), store.due(kind, 1, 1_000)];
  const [purge, check] = [store.purge(1, 100), store.checkWritable()];
  const second = store.commit(commitOf(1, 1));
  stepMs = 0;
  expect((await snapshot.read(everything)).ranges[0]).toEqual([]);
  await snapshot.close();
  expect(first.result).toBeUndefined();
  expect(store.readNow({ heads: [partition] })).toBeUndefined();

  await goOn(Promise.all([commit, read, due, purge, check, second]));
  expect(first.result).toEqual({ status: 'committed' });
  expect((await read).heads[0]?.version).toBeGreaterThanOrEqual(1);
  expect((await due).length).toBeGreaterThanOrEqual(100);
  expect(await second).toEqual({ status: 'committed' });
  expect(store.readNow({ heads: [partition] })).toMatchObject({ heads: [{ version: 2 }] });
  expect(store.readNow(everything)).toBeUndefined();
});

test('a commit that fails after a pause leaves nothing behind, and stands in nobody’s way', async () => {
  const unknown: RecordKind = { name: 'unknown', indexes: {} };
  stepMs = 3;
  const broken = store.commit(
    commitOf(50, 0, [{ type: 'put', key: { kind: unknown, partition, id: 'x' }, value: {} }]),
  );
  await goOn(broken);
  await expect(broken).rejects.toThrow('unknown');
  stepMs = 0;
  expect((await store.read(everything)).ranges[0]).toEqual([]);
  expect(await store.commit(commitOf(1))).toEqual({ status: 'committed' });
});

test('a store that is closed finishes the commit that is under way, and refuses what waits for it', async () => {
  stepMs = 3;
  const commit = store.commit(commitOf(100));
  const [waiting, closed] = [store.commit(commitOf(1, 1)), store.close()];
  await Promise.all([goOn(commit), closed, expect(waiting).rejects.toBeInstanceOf(StoreUnavailable)]);
  expect(await commit).toEqual({ status: 'committed' });

  stepMs = 0;
  const eventLoop = { elapsedMs: () => 0, schedule: queueMicrotask };
  store = new SqliteStore({ ...openParts({ file: join(folder, 'holdfast.db'), kinds: [kind] }), eventLoop });
  expect((await store.read(everything)).ranges[0]).toHaveLength(100);
});

test('a snapshot that is closed with its store while it reads says so', async () => {
  await store.commit(commitOf(100));
  const snapshot = await store.openSnapshot();
  stepMs = 3;
  const read = snapshot.read({ records: commitOf(100).writes.map(({ key }) => key) });
  const closed = store.close();
  const refused = expect(read).rejects.toBeInstanceOf(StoreUnavailable);
  await goOn(read);
  await Promise.all([refused, closed]);
});
