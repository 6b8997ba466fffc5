import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Commit, RecordKind, Store } from '@holdfast/engine/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { backUpSqliteStore, openSqliteStore, restoreSqliteStore, StoreInUse } from '../index.ts';

const partition = 'tenant/live';
const items: RecordKind = { name: 'items', indexes: { byOwner: ['owner'] } };
const nowMs = Date.parse('2027-01-01T00:00:00Z');

/** Called before each call that changes something on the disk. */
const disk = vi.hoisted(() => ({ beforeChange: (): void => {} }));

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<Record<string, (...parameters: unknown[]) => unknown>>();
  const watched = ['copyFileSync', 'fsyncSync', 'mkdirSync', 'renameSync', 'rmSync'] as const;
  const watch =
    (name: (typeof watched)[number]) =>
    (...parameters: unknown[]) => {
      disk.beforeChange();
      return original[name]!(...parameters);
    };
  return { ...original, ...Object.fromEntries(watched.map((name) => [name, watch(name)])) };
});

let folder = '';
let file = '';
let backup = '';
const opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-restore-'));
  mkdirSync(join(folder, 'data'));
  file = join(folder, 'data', 'holdfast.db');
  backup = join(folder, 'backup.db');
});

afterEach(async () => {
  disk.beforeChange = () => {};
  await closeAll();
  rmSync(folder, { recursive: true });
});

async function open(path = file): Promise<Store> {
  const store = await openSqliteStore({ file: path, kinds: [items] });
  opened.push(store);
  return store;
}

async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((store) => store.close()));
}

function commitOf(version: number): Commit {
  return {
    heads: [{ partition, expectedVersion: version - 1, head: { version, nowMs: version, sequence: version * 10 } }],
    writes: [{ type: 'put', key: { kind: items, partition, id: 'item' }, value: { owner: 'ada', version } }],
    nowMs: version,
  };
}

/** A store with ten commits, of which a backup has the first five. It stays open. */
async function openWithBackup(): Promise<Store> {
  const store = await open();
  for (let version = 1; version <= 10; version += 1) {
    await store.commit(commitOf(version), 1_000);
    if (version === 5) backUpSqliteStore({ file, to: backup });
  }
  return store;
}

function restore(from = backup) {
  return restoreSqliteStore({ file, from, kinds: [items], nowMs });
}

async function stateOf(path = file): Promise<{ readonly version: number; readonly sequence: number }> {
  const store = await open(path);
  const { heads, records } = await store.read({
    heads: [partition],
    records: [{ kind: items, partition, id: 'item' }],
  });
  expect(records[0]).toEqual({ owner: 'ada', version: heads[0]!.version });
  await store.close();
  return heads[0]!;
}

test('brings the state of the backup back, keeps what it replaces, and goes on with numbers nobody was given', async () => {
  await openWithBackup();
  await closeAll();
  const { replaced, sequenceFloor } = restore();
  expect(sequenceFloor).toBeGreaterThan(100);
  expect(await stateOf()).toMatchObject({ version: 5, sequence: sequenceFloor });
  expect(replaced).toBe(`${file}-replaced-2027-01-01T00-00-00Z`);
  expect(await stateOf(replaced)).toMatchObject({ version: 10, sequence: 100 });

  // The same once more, with a clock that stands still or is wrong: higher numbers again, and another name.
  const again = restoreSqliteStore({ file, from: backup, kinds: [items], nowMs: 0 });
  expect(again.sequenceFloor).toBeGreaterThan(sequenceFloor);
  const third = restore();
  expect(third.sequenceFloor).toBeGreaterThan(again.sequenceFloor);
  expect(third.replaced).toBe(`${file}-replaced-2027-01-01T00-00-01Z`);
  expect(await stateOf()).toMatchObject({ version: 5, sequence: third.sequenceFloor });
});

test('makes a store where there was none', async () => {
  await openWithBackup();
  await closeAll();
  rmSync(join(folder, 'data'), { recursive: true });
  const { replaced, sequenceFloor } = restore();
  expect(replaced).toBeUndefined();
  expect(await stateOf()).toMatchObject({ version: 5, sequence: sequenceFloor });
});

test('takes what a damaged store can still tell of the numbers that it gave out', async () => {
  await openWithBackup();
  await closeAll();
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('"version":10') + 10]! ^= 1;
  writeFileSync(file, bytes);
  await expect(open()).rejects.toThrow('damaged');
  const { sequenceFloor } = restoreSqliteStore({ file, from: backup, kinds: [items], nowMs: 0 });
  expect(sequenceFloor).toBeGreaterThan(100);
  expect(await stateOf()).toMatchObject({ version: 5, sequence: sequenceFloor });
});

test('takes a copy of a folder in which nothing ran, with its log', async () => {
  await openWithBackup();
  const copied = join(folder, 'copied');
  cpSync(join(folder, 'data'), copied, { recursive: true });
  expect(existsSync(join(copied, 'holdfast.db-wal'))).toBe(true);
  await closeAll();
  restore(join(copied, 'holdfast.db'));
  expect(await stateOf()).toMatchObject({ version: 10 });
});

describe('changes nothing', () => {
  beforeEach(async () => {
    await openWithBackup();
  });

  const expectNothingChanged = async () => {
    expect(readdirSync(join(folder, 'data')).filter((name) => /restor|replaced/u.test(name))).toEqual([]);
    expect(await stateOf()).toMatchObject({ version: 10, sequence: 100 });
  };

  test('while a process has the store', async () => {
    expect(() => restore()).toThrow(StoreInUse);
    await closeAll();
    await expectNothingChanged();
  });

  test('if the backup is damaged, wherever that is', async () => {
    await closeAll();
    const bytes = readFileSync(backup);
    const pages = Array.from({ length: bytes.length / 4_096 }, (_, page) => page * 4_096);
    const inUse = ['"version":5', partition, 'CREATE TABLE'].map((text) => bytes.indexOf(text) + 3);
    const whereFlipsHarm = [16, 100, ...inUse];
    for (const at of [...whereFlipsHarm, ...pages.map((start) => start + 8)]) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 4;
      writeFileSync(backup, flipped);
      try {
        restore();
      } catch (error) {
        expect((error as Error).message).toMatch(/was not restored: .* Nothing has changed\.$/u);
        continue;
      }
      // Where no data are, a flip does no harm.
      expect(whereFlipsHarm).not.toContain(at);
      expect(await stateOf()).toMatchObject({ version: 5 });
      restoreSqliteStore({ file, from: `${file}-replaced-2027-01-01T00-00-00Z`, kinds: [items], nowMs });
      for (const name of readdirSync(join(folder, 'data'))) {
        if (name.includes('-replaced-')) rmSync(join(folder, 'data', name));
      }
    }
    expect(await stateOf()).toMatchObject({ version: 10 });
  });

  test.each([
    ['an empty file', () => writeFileSync(backup, ''), 'not a backup of Holdfast'],
    [
      'a text',
      () => writeFileSync(backup, 'Dear diary, today nobody held anything. '.repeat(99)),
      'file is not a database',
    ],
    ['the first half of a backup', () => writeFileSync(backup, readFileSync(backup).subarray(0, 9_000)), 'damaged'],
    ['no file', () => rmSync(backup), 'There is no file'],
    [
      'a database of another application',
      () => {
        rmSync(backup);
        const database = new DatabaseSync(backup);
        database.exec('CREATE TABLE other (id INTEGER)');
        database.close();
      },
      'not a backup of Holdfast',
    ],
  ])('for %s', async (_, damage, message) => {
    await closeAll();
    damage();
    expect(() => restore()).toThrow(message);
    await expectNothingChanged();
  });

  test('for the database itself', async () => {
    await closeAll();
    expect(() => restore(file)).toThrow('is the database itself');
    await expectNothingChanged();
  });
});

test('a kill at any moment leaves the old state or the new one, and no log beside a file that it is not of', async () => {
  await openWithBackup();
  // As a kill leaves them: the last commits are in the log alone.
  const killed = join(folder, 'killed');
  cpSync(join(folder, 'data'), killed, { recursive: true });
  expect(existsSync(join(killed, 'holdfast.db-wal'))).toBe(true);
  await closeAll();

  let moments = 0;
  disk.beforeChange = () => {
    const { beforeChange } = disk;
    disk.beforeChange = () => {};
    cpSync(killed, join(folder, `moment-${moments}`), { recursive: true });
    moments += 1;
    disk.beforeChange = beforeChange;
  };
  const killedFile = join(killed, 'holdfast.db');
  restoreSqliteStore({ file: killedFile, from: backup, kinds: [items], nowMs });
  disk.beforeChange = () => {};

  const versions: number[] = [];
  for (let moment = 0; moment < moments; moment += 1) {
    const path = join(folder, `moment-${moment}`, 'holdfast.db');
    const { version, sequence } = await stateOf(path);
    versions.push(version);
    expect(sequence > 100).toBe(version === 5);
    // Whatever was left behind is in nobody's way.
    restoreSqliteStore({ file: path, from: backup, kinds: [items], nowMs });
    expect(await stateOf(path)).toMatchObject({ version: 5 });
  }
  expect(versions.lastIndexOf(10) + 1).toBe(versions.indexOf(5));
  expect(versions.filter((version) => version === 5).length).toBeGreaterThan(4);
  expect(await stateOf(killedFile)).toMatchObject({ version: 5 });
});

test('a backup of a store whose restore was interrupted has the new state', async () => {
  await openWithBackup();
  await closeAll();
  let renames = 0;
  disk.beforeChange = () => {
    if (readdirSync(join(folder, 'data')).some((name) => name.includes('-restored-')) && renames++ === 0)
      throw new Error('killed');
  };
  expect(() => restore()).toThrow('killed');
  disk.beforeChange = () => {};
  const second = join(folder, 'second.db');
  backUpSqliteStore({ file, to: second });
  expect(await stateOf(second)).toMatchObject({ version: 5 });
});
