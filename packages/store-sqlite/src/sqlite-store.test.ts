import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';

import { StoreUnavailable } from '@holdfast/engine/store';
import type { Commit, RecordKind, Store } from '@holdfast/engine/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { counts } from '../test/commit-until-killed.ts';
import { openSqliteStore, StoreInUse } from './index.ts';
import { openParts } from './open-sqlite-store.ts';
import { rangeSql } from './range-sql.ts';
import { asStoreError } from './sqlite-errors.ts';
import { SqliteStore } from './sqlite-store.ts';

const partition = 'tenant/live';
const items: RecordKind = { name: 'items', indexes: { byOwner: ['owner'] } };

let folder = '';
let file = '';
let opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'));
  file = join(folder, 'holdfast.db');
});

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
  rmSync(folder, { recursive: true });
});

async function open(kinds: readonly RecordKind[] = [items], path = file): Promise<Store> {
  const store = await openSqliteStore({ file: path, kinds });
  opened.push(store);
  return store;
}

function commitOn(version: number, values: Readonly<Record<string, object>>, kind = items): Commit {
  return {
    heads: [{ partition, expectedVersion: version, head: { version: version + 1, nowMs: 1, sequence: 1 } }],
    writes: Object.entries(values).map(([id, value]) => {
      return { type: 'put', key: { kind, partition, id }, value: value as Record<string, unknown> };
    }),
    nowMs: 1,
  };
}

async function idsBy(store: Store, index: string, kind: RecordKind): Promise<string[]> {
  const { ranges } = await store.read({ ranges: [{ kind, partition, index, limit: 99 }] });
  return ranges[0]!.map(({ id }) => id);
}

function startCommitting(): { child: ChildProcess; lines: AsyncIterableIterator<string> } {
  const script = join(import.meta.dirname, '../test/commit-until-killed.ts');
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, lines: createInterface({ input: child.stdout! })[Symbol.asyncIterator]() };
}

describe('one process owns the file', () => {
  test('a second store of this process is refused, also by another path, until the first is closed', async () => {
    const store = await open();
    await expect(open()).rejects.toThrow(StoreInUse);
    await expect(open()).rejects.toThrow(`${file} is in use`);
    const link = join(folder, 'link.db');
    symlinkSync(file, link);
    await expect(open([items], link)).rejects.toThrow(StoreInUse);
    // Being refused must not have taken the lock away from the first.
    await expect(open()).rejects.toThrow(StoreInUse);
    await store.close();
    await expect((await open()).checkWritable()).resolves.toBeUndefined();
  });

  test('a second process is refused, and the first goes on', async () => {
    const store = await open([counts]);
    const { child, lines } = startCommitting();
    const exited = once(child, 'exit');
    expect((await lines.next()).value).toBe(
      `refused: ${file} is in use: another Holdfast process has it open, and only one can own it at a time.`,
    );
    expect(await exited).toEqual([1, null]);
    expect(await store.commit(commitOn(0, { a: {} }, counts), 1_000)).toEqual({ status: 'committed' });
  });

  test('kill -9 loses nothing that was acknowledged, and frees the file at once', async () => {
    let acknowledged = 0;
    for (const acknowledgements of [1, 40, 400]) {
      const { child, lines } = startCommitting();
      for (let count = 0; count < acknowledgements; count += 1) acknowledged = Number((await lines.next()).value);
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      for await (const line of lines) acknowledged = Number(line);
      expect(await exited).toEqual([null, 'SIGKILL']);

      const store = await openSqliteStore({ file, kinds: [counts] });
      const { heads, records, ranges } = await store.read({
        heads: [partition],
        records: [{ kind: counts, partition, id: 'last' }],
        ranges: [{ kind: counts, partition, index: 'byVersion', limit: 99_999 }],
      });
      await store.close();
      // One commit may have been written and not yet reported.
      const { version } = heads[0]!;
      expect(version - acknowledged).toBeOneOf([0, 1]);
      expect(records[0]).toEqual({ version });
      expect(ranges[0]).toHaveLength(version + 1);
    }
  });
});

describe('a disk that fails', () => {
  function openOnBadDisk(): { store: Store; database: DatabaseSync } {
    const parts = openParts({ file, kinds: [items] });
    const store = new SqliteStore(parts);
    opened.push(store);
    return { store, database: parts.connection.database };
  }

  test('full: nothing of the commit is there, and once there is room it works again', async () => {
    const { store, database } = openOnBadDisk();
    await store.commit(commitOn(0, { first: { owner: 'ada' } }), 1_000);
    const { page_count: pages } = database.prepare('PRAGMA page_count').get()!;
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const large = commitOn(1, { second: { owner: 'ada' }, large: { text: 'x'.repeat(100_000) } });
    const refused = store.commit(large, 1_000);
    await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining('full'),
      outcomeUnknown: false,
      fault: 'diskFull',
    });
    const { heads } = await store.read({ heads: [partition] });
    expect(heads[0]!.version).toBe(1);
    expect(await idsBy(store, 'byOwner', items)).toEqual(['first']);

    database.exec('PRAGMA max_page_count = 1000000');
    expect(await store.commit(large, 1_000)).toEqual({ status: 'committed' });
    expect(await idsBy(store, 'byOwner', items)).toEqual(['first', 'second']);
  });

  test('after it was full it is writable only when there is room for a large commit', async () => {
    const { store, database } = openOnBadDisk();
    const limitPages = (more: number) => {
      const { page_count: pages } = database.prepare('PRAGMA page_count').get()!;
      database.exec(`PRAGMA max_page_count = ${(pages as number) + more}`);
    };
    limitPages(0);
    const large = commitOn(0, { large: { text: 'x'.repeat(100_000) } });
    await expect(store.commit(large, 1_000)).rejects.toBeInstanceOf(StoreUnavailable);
    limitPages(20);
    await expect(store.checkWritable()).rejects.toMatchObject({ fault: 'diskFull' });
    await store.commit(commitOn(0, { small: {} }), 1_000);
    limitPages(1_000);
    await store.checkWritable();
    limitPages(0);
    // The room that was asked for is free again.
    expect(await store.commit(commitOn(1, { large: { text: 'x'.repeat(100_000) } }), 1_000)).toEqual({
      status: 'committed',
    });
  });

  test('opening a file that has everything writes nothing, so that it can be read on a full disk', async () => {
    await (await open()).close();
    const before = readFileSync(file);
    const store = await open();
    expect(existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0).toBe(0);
    await store.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('read-only: reads go on, writes and the readiness check say why not', async () => {
    const { store, database } = openOnBadDisk();
    await store.commit(commitOn(0, { first: { owner: 'ada' } }), 1_000);
    database.exec('PRAGMA query_only = ON');
    await expect(store.commit(commitOn(1, { a: {} }), 1_000)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.checkWritable()).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.checkWritable()).rejects.toMatchObject({
      message: expect.stringContaining('readonly'),
      fault: 'readOnly',
    });
    expect(await idsBy(store, 'byOwner', items)).toEqual(['first']);
    database.exec('PRAGMA query_only = OFF');
    await expect(store.checkWritable()).resolves.toBeUndefined();
    expect(await store.commit(commitOn(1, { a: {} }), 1_000)).toEqual({ status: 'committed' });
  });

  test('a failed flush leaves the outcome open, a programming error is no failure of the disk', () => {
    const ioError = Object.assign(new Error('disk I/O error'), { errcode: 10 | (4 << 8) });
    expect(asStoreError(ioError, { isCommitting: true })).toMatchObject({ outcomeUnknown: true, cause: ioError });
    expect(asStoreError(ioError)).toMatchObject({ outcomeUnknown: false, fault: undefined });
    const noSharedMemory = Object.assign(new Error('disk I/O error'), { errcode: 10 | (19 << 8) });
    expect(asStoreError(noSharedMemory)).toMatchObject({ fault: 'diskFull' });
    const mistake = Object.assign(new Error('no such table'), { errcode: 1 });
    expect(asStoreError(mistake)).toBe(mistake);
  });

  test('a value that is no JSON throws, and leaves nothing', async () => {
    const store = await open();
    await expect(store.commit(commitOn(0, { good: { owner: 'ada' }, bad: { n: 1n } }), 1_000)).rejects.toThrow(
      TypeError,
    );
    expect(await idsBy(store, 'byOwner', items)).toEqual([]);
    expect(await store.commit(commitOn(0, { good: {} }), 1_000)).toEqual({ status: 'committed' });
  });

  test('a folder that cannot be made is named', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(open([items], join(folder, 'file', 'holdfast.db'))).rejects.toThrow(join(folder, 'file'));
  });
});

describe('the schema', () => {
  const indexNames = (): unknown[] => {
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare(`SELECT DISTINCT kind FROM records WHERE kind LIKE '%.%' ORDER BY kind`).all();
    database.close();
    return rows.map(({ kind }) => kind);
  };

  test('a new kind, new indexes and a new due time come to records that are there', async () => {
    const first = await open();
    await first.commit(
      commitOn(0, {
        a: { owner: 'bob', rank: 2, dueAtMs: 5 },
        b: { owner: 'ada', rank: 10, dueAtMs: null },
        c: { owner: '007', rank: '7' },
        d: { owner: true, rank: { a: 1 }, dueAtMs: 4 },
      }),
      1_000,
    );
    await first.close();
    expect(indexNames()).toEqual(['items.byOwner']);

    const grown: RecordKind = {
      name: 'items',
      indexes: { byRank: ['rank'], byOwner: ['owner', 'rank'] },
      dueField: 'dueAtMs',
      purgeField: 'dueAtMs',
    };
    const second = await open([grown, counts]);
    expect(await idsBy(second, 'byRank', grown)).toEqual(['a', 'b', 'c']);
    expect(await idsBy(second, 'byOwner', grown)).toEqual(['c', 'b', 'a']);
    expect((await second.due(grown, 9, 9)).map(({ id }) => id)).toEqual(['d', 'a']);
    expect(await second.commit(commitOn(1, { e: { version: 1 } }, counts), 1_000)).toEqual({ status: 'committed' });
    await second.close();
    expect(indexNames()).toEqual(['counts.byVersion', 'items.byOwner', 'items.byRank']);

    // Whoever doesn't know a kind leaves it alone; an index that is no longer wanted goes.
    const without: RecordKind = { name: 'items', indexes: {} };
    const third = await open([without]);
    expect(await third.purge(9, 9)).toBe(0);
    await third.close();
    expect(indexNames()).toEqual(['counts.byVersion']);

    const appended: RecordKind = { ...grown, appendOnly: true };
    const fourth = await open([appended, counts]);
    expect(await idsBy(fourth, 'byOwner', appended)).toEqual(['c', 'b', 'a']);
    expect((await fourth.due(appended, 9, 9)).map(({ id }) => id)).toEqual(['d', 'a']);
    expect(await fourth.purge(4, 9)).toBe(1);
    await expect(fourth.commit(commitOn(2, { a: {} }, appended), 1_000)).rejects.toThrow('append-only');
    await fourth.close();

    const fifth = await open([items]);
    expect(await idsBy(fifth, 'byOwner', items)).toEqual(['c', 'b', 'a']);
  });

  test('a file of another application, of a newer version, or that is no database is refused', async () => {
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE something (a)');
    other.close();
    await expect(open()).rejects.toThrow(`${file} is a database of another application`);

    const newer = join(folder, 'newer.db');
    await (await open([items], newer)).close();
    const database = new DatabaseSync(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(open([items], newer)).rejects.toThrow('newer Holdfast: its schema is 99');

    const text = join(folder, 'text.db');
    writeFileSync(text, 'not a database '.repeat(100));
    await expect(open([items], text)).rejects.toThrow('not a database');
  });

  test('names by which rows could not be told apart are refused', async () => {
    for (const name of ['head', 'items.byOwner', 'a_b', ''])
      await expect(open([{ name, indexes: {} }])).rejects.toThrow('No kind can be named');
  });

  test('a kind that the store was not opened for is a clear error', async () => {
    const store = await open();
    await expect(store.commit(commitOn(0, { a: {} }, counts), 1_000)).rejects.toThrow('not opened for the kind counts');
    await expect(idsBy(store, 'byVersion', counts)).rejects.toThrow('not opened for the kind counts');
    expect(await store.commit(commitOn(0, { a: {} }), 1_000)).toEqual({ status: 'committed' });
  });

  test('every shape of a query is a search in order, and never a scan or a sort', async () => {
    const appended: RecordKind = { ...items, name: 'appended-items', appendOnly: true };
    const parts = openParts({ file, kinds: [items, appended] });
    opened.push(new SqliteStore(parts));
    const { database } = parts.connection;
    const planOf = (sql: string) => {
      const parameters = Array<string>(sql.split('?').length - 1).fill('x');
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
      return plan.map(({ detail }) => String(detail));
    };
    const search = (alias: string) => `^SEARCH ${alias} USING (PRIMARY KEY|INDEX sqlite_autoindex_appended_1)`;
    const inOrder = new RegExp(String.raw`${search('place')} \(partition=\? AND kind=\? AND key>\? AND key<\?\)$`, 'u');
    const byKey = new RegExp(String.raw`${search('record')} \(partition=\? AND kind=\? AND key=\?\) LEFT-JOIN$`, 'u');
    for (const kind of [items, appended])
      for (const descending of [false, true]) {
        expect(planOf(rangeSql({ kind, descending }))).toEqual([expect.stringMatching(inOrder)]);
        expect(planOf(rangeSql({ kind, descending, index: 'byOwner' }))).toEqual([
          expect.stringMatching(inOrder),
          expect.stringMatching(byKey),
        ]);
      }
  });
});

test('the log stays short while every commit meets an open snapshot, and is gone after closing', async () => {
  const store = await open();
  let written = 0;
  for (let version = 0; version < 700; version += 1) {
    const snapshot = await store.openSnapshot();
    const values = Object.fromEntries(
      Array.from({ length: 64 }, (_, index) => [`${version}-${index}`, { text: 'x'.repeat(2_000) }]),
    );
    await store.commit(commitOn(version, values), 1_000);
    written += 64 * 2_000;
    await snapshot.close();
  }
  expect(written).toBeGreaterThan(80_000_000);
  expect(statSync(`${file}-wal`).size).toBeLessThan(36_000_000);
  await store.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});
