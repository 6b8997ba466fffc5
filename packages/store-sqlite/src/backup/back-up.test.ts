import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Commit, RecordKind, Store } from '@holdfast/engine/store';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { backUpSqliteStore, openSqliteStore } from '../index.ts';

const partition = 'tenant/live';
const items: RecordKind = { name: 'items', indexes: { byOwner: ['owner'] } };

let folder = '';
let file = '';
let to = '';
let opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-backup-'));
  mkdirSync(join(folder, 'data'));
  file = join(folder, 'data', 'holdfast.db');
  to = join(folder, 'backup.db');
});

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
  rmSync(folder, { recursive: true });
});

async function open(path = file): Promise<Store> {
  const store = await openSqliteStore({ file: path, kinds: [items] });
  opened.push(store);
  return store;
}

function commitOf(version: number): Commit {
  return {
    heads: [{ partition, expectedVersion: version - 1, head: { version, nowMs: version, sequence: version } }],
    writes: [{ type: 'put', key: { kind: items, partition, id: `item-${version}` }, value: { owner: 'ada', version } }],
    nowMs: version,
  };
}

async function readAll(path: string): Promise<readonly [version: number, ids: readonly string[]]> {
  const store = await open(path);
  const { heads, ranges } = await store.read({
    heads: [partition],
    ranges: [{ kind: items, partition, index: 'byOwner', limit: 9_999 }],
  });
  return [heads[0]!.version, ranges[0]!.map(({ id }) => id)];
}

test('has all that was acknowledged of a store that is open, and nothing that came later', async () => {
  const store = await open();
  for (let version = 1; version <= 30; version += 1) await store.commit(commitOf(version), 1_000);
  expect(backUpSqliteStore({ file, to })).toBe(statSync(to).size);
  await store.commit(commitOf(31), 1_000);
  const [version, ids] = await readAll(to);
  expect([version, ids.length, ids.includes('item-30')]).toEqual([30, 30, true]);
});

test('is a single file', async () => {
  const store = await open();
  await store.commit(commitOf(1), 1_000);
  backUpSqliteStore({ file, to });
  expect(readdirSync(folder)).toEqual(['backup.db', 'data']);
});

test('replaces a file only if that is wanted', async () => {
  await open();
  writeFileSync(to, 'precious');
  expect(() => backUpSqliteStore({ file, to })).toThrow(`${to} is there already, and stays as it is.`);
  expect(readFileSync(to, 'utf8')).toBe('precious');
  backUpSqliteStore({ file, to, isOverwriting: true });
  expect(await readAll(to)).toEqual([0, []]);
  expect(() => backUpSqliteStore({ file, to: join(folder, 'data'), isOverwriting: true })).toThrow('is no file');
});

test.each([
  ['a folder that is not there', () => join(folder, 'none', 'holdfast.db'), () => to, 'There is no folder'],
  ['a folder without a database', () => join(folder, 'holdfast.db'), () => to, 'There is no database'],
  ['a folder for the backup that is not there', () => file, () => join(folder, 'none', 'backup.db'), 'for the backup'],
])('says what is missing: %s', async (_, fileOf, toOf, message) => {
  await open();
  expect(() => backUpSqliteStore({ file: fileOf(), to: toOf() })).toThrow(message);
});

test('is not made of another application’s database', () => {
  const database = new DatabaseSync(file);
  database.exec('CREATE TABLE other (id INTEGER)');
  database.close();
  expect(() => backUpSqliteStore({ file, to })).toThrow('is not a database of Holdfast');
  expect(existsSync(to)).toBe(false);
});

test('is not made of a file that is damaged, and leaves nothing behind', async () => {
  const store = await open();
  for (let version = 1; version <= 30; version += 1) await store.commit(commitOf(version), 1_000);
  await store.close();
  const bytes = readFileSync(file);
  const at = bytes.indexOf('"version":17');
  bytes[at + 10]! ^= 1;
  writeFileSync(file, bytes);
  expect(() => backUpSqliteStore({ file, to })).toThrow(/was not backed up: The database file is damaged/u);
  expect(readdirSync(folder)).toEqual(['data']);
});

test('is not made of a file that has lost its last commits', async () => {
  const store = await open();
  for (let version = 1; version <= 30; version += 1) await store.commit(commitOf(version), 1_000);
  // As a kill leaves it, but the log's last transaction has lost its end, as after a flipped bit: SQLite takes no notice.
  const killed = join(folder, 'killed');
  cpSync(join(folder, 'data'), killed, { recursive: true });
  const killedFile = join(killed, 'holdfast.db');
  truncateSync(`${killedFile}-wal`, statSync(`${killedFile}-wal`).size - 1);
  expect(() => backUpSqliteStore({ file: killedFile, to })).toThrow(/its last 1 commits are missing/u);
  expect(existsSync(to)).toBe(false);
});
