import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Commit, RecordKind, Store } from '@holdfast/engine/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { openSqliteStore } from '../index.ts';
import { checkFile } from './check-file.ts';
import { recordChecksum } from './checksums.ts';

const partition = 'tenant/live';
const kind: RecordKind = {
  name: 'items',
  indexes: { byOwner: ['owner'] },
  dueField: 'dueAtMs',
  purgeField: 'purgeAtMs',
};
/** What `item-1` was before it was changed. */
const older = JSON.stringify({ owner: 'owner of item-1', dueAtMs: 5, purgeAtMs: 9 });
const isDamaged = { name: 'StoreUnavailable', fault: 'damaged' };

let folder = '';
let file = '';
let reported: string[] = [];
let opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'));
  file = join(folder, 'holdfast.db');
  [reported, opened] = [[], []];
});

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(folder, { recursive: true });
});

async function open(path = file): Promise<Store> {
  const store = await openSqliteStore({
    file: path,
    kinds: [kind],
    report: (level, message) => reported.push(`${level}: ${message}`),
  });
  opened.push(store);
  return store;
}

function commitOn(version: number, writes: Commit['writes']): Commit {
  return {
    heads: [{ partition, expectedVersion: version, head: { version: version + 1, nowMs: 1, sequence: version } }],
    writes,
    nowMs: 1,
  };
}

function put(id: string, value: object): Commit['writes'][number] {
  return { type: 'put', key: { kind, partition, id }, value: value as Record<string, unknown> };
}

/** A file with some records, one of them changed and one deleted. */
async function writeFile(): Promise<void> {
  const store = await open();
  const ids = Array.from({ length: 50 }, (_, index) => `item-${index}`);
  await store.commit(
    commitOn(
      0,
      ids.map((id) => put(id, { owner: `owner of ${id}`, dueAtMs: 5, purgeAtMs: 9 })),
    ),
    1_000,
  );
  await store.commit(
    commitOn(1, [put('item-1', { owner: 'ada' }), { type: 'delete', key: { kind, partition, id: 'item-2' } }]),
    1_000,
  );
  await store.close();
}

/** What no bug of Holdfast does: something else writes to the file. */
function tamper(sql: string, path = file): void {
  const database = new DatabaseSync(path);
  database.enableDefensive(false);
  database.exec(sql);
  database.close();
}

const readItem = (store: Store, id = 'item-7') => store.read({ records: [{ kind, partition, id }] });

describe('at the start', () => {
  beforeEach(writeFile);

  test.each([
    [
      'a body that is still JSON',
      `UPDATE records SET body = replace(body, 'owner of', 'Owner of') WHERE kind = 'items' AND key = 'item-7'`,
      'a record of items',
    ],
    ['an id', `UPDATE records SET key = 'item-77' WHERE key = 'item-7'`, 'a record of items'],
    ['a partition', `UPDATE records SET partition = 'other/live' WHERE key = 'item-7'`, 'a record of items'],
    [
      'the version of a head',
      `UPDATE records SET body = replace(body, '"version":2', '"version":7') WHERE kind = 'head'`,
      'the head of a partition',
    ],
    [
      'the sequence of a head',
      `UPDATE records SET body = replace(body, '"sequence":1', '"sequence":7') WHERE kind = 'head'`,
      'the head of a partition',
    ],
    [
      'a number that JavaScript does not keep',
      `UPDATE records SET checksum = ${2n ** 60n} WHERE kind = 'head'`,
      'Value is too large',
    ],
    ['a missing record', `DELETE FROM records WHERE key = 'item-7'`, 'records are missing'],
    ['a missing head', `DELETE FROM records WHERE kind = 'head'`, 'records are missing'],
    [
      'an older record with its checksum',
      `UPDATE records SET body = '${older}', checksum = ${recordChecksum('items', partition, 'item-1', older)} WHERE key = 'item-1'`,
      'older',
    ],
    ['a missing entry of an index', `DELETE FROM records WHERE kind = 'items.byOwner' AND body = 'item-7'`, 'missing'],
    [
      'an entry of another record',
      `UPDATE records SET body = 'item-8' WHERE kind = 'items.byOwner' AND body = 'item-7'`,
      'a record of items.byOwner',
    ],
    ['the total', `UPDATE file_state SET total = total + 1`, 'records are missing'],
    ['a table under another name', `ALTER TABLE appended RENAME TO appende`, 'tables and indexes'],
    ['a missing index', `DROP INDEX records_due`, 'tables and indexes'],
    ['no state at all', `DROP TABLE file_state`, 'tables and indexes'],
    [
      'an index in the place of another',
      `PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'records_purge') WHERE name = 'records_due'`,
      'damaged',
    ],
    ['the version of the schema', 'PRAGMA user_version = 1', 'tables and indexes'],
  ])('%s is noticed', async (_what, sql, words) => {
    tamper(sql);
    await expect(open()).rejects.toMatchObject({ ...isDamaged, message: expect.stringContaining(words) });
    // Nothing keeps the next process from trying, and it isn't taken in either.
    await expect(open()).rejects.toMatchObject(isDamaged);
  });

  test('another application’s file, a newer one and text in UTF-16 are told apart from damage, or noticed', async () => {
    tamper('PRAGMA application_id = 7');
    await expect(open()).rejects.toThrow('another application');
    tamper(`PRAGMA application_id = ${0x48_6f_6c_64}; PRAGMA user_version = 6`);
    await expect(open()).rejects.toThrow('newer Holdfast');
  });

  test('what tools such as litestream keep in the file is left alone', async () => {
    tamper('CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER); ANALYZE');
    const store = await open();
    expect((await readItem(store)).records).toEqual([{ owner: 'owner of item-7', dueAtMs: 5, purgeAtMs: 9 }]);
  });
});

describe('commits that were acknowledged', () => {
  /** What a kill leaves, with the log. */
  function copyAs(name: string): string {
    const copy = join(folder, name);
    for (const suffix of ['', '-wal', '-acknowledged'])
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    return copy;
  }

  test('are missed when a bit of the log has flipped, which SQLite takes for its end', async () => {
    await writeFile();
    const store = await open();
    for (let version = 2; version < 6; version += 1)
      await store.commit(commitOn(version, [put('late', { version })]), 1_000);
    const copy = copyAs('copy.db');
    const log = readFileSync(`${copy}-wal`);
    log[log.length - 2_000]! ^= 4;
    writeFileSync(`${copy}-wal`, log);
    await expect(open(copy)).rejects.toMatchObject({
      ...isDamaged,
      message: expect.stringContaining('its last 1 commits are missing: 6 were acknowledged, and it has 5'),
    });
  });

  test('are missed in an older copy of the file, and not in another file', async () => {
    await writeFile();
    const older = copyAs('older.db');
    const store = await open();
    await store.commit(commitOn(2, [put('late', {})]), 1_000);
    await store.close();
    copyFileSync(`${file}-acknowledged`, `${older}-acknowledged`);
    await expect(open(older)).rejects.toMatchObject(isDamaged);
    const other = join(folder, 'other.db');
    copyFileSync(`${file}-acknowledged`, `${other}-acknowledged`);
    await expect(open(other)).resolves.toBeDefined();
  });

  test('are missed when the file was copied first and its log later, while it was written to', async () => {
    await writeFile();
    const store = await open();
    const large = Array.from({ length: 200 }, (_, index) => put(`large-${index}`, { text: 'x'.repeat(500) }));
    await store.commit(commitOn(2, large), 1_000);
    tamper('PRAGMA wal_checkpoint(RESTART)');
    const copy = join(folder, 'copy.db');
    copyFileSync(file, copy);
    await store.commit(commitOn(3, [put('large-0', { text: 'y'.repeat(500) })]), 1_000);
    tamper('PRAGMA wal_checkpoint(RESTART)');
    await store.commit(commitOn(4, [put('large-99', { text: 'z'.repeat(500) })]), 1_000);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    await expect(open(copy)).rejects.toMatchObject(isDamaged);
  });

  test('are counted whatever became of the number beside the file', async () => {
    await writeFile();
    writeFileSync(`${file}-acknowledged`, 'half');
    await (await open()).close();
    writeFileSync(`${file}-acknowledged`, Buffer.alloc(20, 0xff));
    await expect(open()).resolves.toBeDefined();
  });
});

describe('while it runs', () => {
  beforeEach(writeFile);

  test('a record that changed is never answered, and nothing is read or written from then on', async () => {
    const store = await open();
    const snapshot = await store.openSnapshot();
    tamper(`UPDATE records SET body = replace(body, 'owner of', 'Owner of') WHERE kind = 'items' AND key = 'item-7'`);
    expect((await readItem(store, 'item-8')).records).toHaveLength(1);
    await expect(readItem(store)).rejects.toMatchObject(isDamaged);
    const calls = [
      () => readItem(store, 'item-8'),
      () => store.commit(commitOn(2, [put('new', {})]), 1_000),
      () => store.purge(99, 99),
      () => store.due(kind, 99, 99),
      () => store.openSnapshot(),
      () => snapshot.read({ heads: [partition] }),
      () => store.checkWritable(),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(isDamaged);
    expect(reported).toEqual([expect.stringMatching(/^error: .*a record of items .*npm run restore/)]);
    await snapshot.close();
  });

  test('a range, a snapshot and a head notice it as well', async () => {
    const byOwner = { ranges: [{ kind, partition, index: 'byOwner', limit: 1_000 }] };
    const notices = [
      [`UPDATE records SET body = replace(body, 'owner of', 'Owner of') WHERE kind = 'items'`, byOwner],
      [`UPDATE records SET body = 'item-8' WHERE kind = 'items.byOwner' AND body = 'item-7'`, byOwner],
      [`DELETE FROM records WHERE kind = 'items' AND key = 'item-7'`, byOwner],
      [
        `UPDATE records SET body = replace(body, '"sequence":1', '"sequence":99') WHERE kind = 'head'`,
        { heads: [partition] },
      ],
    ] as const;
    for (const [index, [sql, request]] of notices.entries()) {
      const copy = join(folder, `copy-${index}.db`);
      copyFileSync(file, copy);
      const store = await open(copy);
      tamper(sql, copy);
      const snapshot = await store.openSnapshot();
      await expect(snapshot.read(request)).rejects.toMatchObject(isDamaged);
      await expect(store.read(request)).rejects.toMatchObject(isDamaged);
      await snapshot.close();
    }
  });

  test('"malformed", as SQLite says it, is damage', async () => {
    const store = await open();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4_096);
    writeFileSync(file, bytes);
    // Another connection than the one that has the pages in its memory.
    const snapshot = await store.openSnapshot().catch((error: unknown) => error);
    const read =
      snapshot instanceof Error
        ? Promise.reject(snapshot)
        : (snapshot as Awaited<ReturnType<Store['openSnapshot']>>).read({ heads: [partition] });
    await expect(read).rejects.toMatchObject(isDamaged);
    await expect(store.commit(commitOn(2, [put('new', {})]), 1_000)).rejects.toMatchObject(isDamaged);
  });
});

describe('a file that is too large to be checked before it is used', () => {
  const writeLarge = async (): Promise<void> => {
    const store = await open();
    const ids = Array.from({ length: 6_000 }, (_, index) => `item-${String(index).padStart(5, '0')}`);
    await store.commit(
      commitOn(
        0,
        ids.map((id) => put(id, { owner: id, text: 'x'.repeat(1_000) })),
      ),
      1_000,
    );
    await store.close();
  };

  test('is checked by a thread, which finds what nobody has read', { timeout: 180_000 }, async () => {
    await writeLarge();
    tamper(`DELETE FROM records WHERE key = 'item-03000'`);
    // Whether it is found before the store is there depends on the machine; that it is found doesn't.
    const store = await open().catch((error: unknown) => error);
    if (store instanceof Error) return expect(store).toMatchObject(isDamaged);
    const check = () => expect((store as Store).checkWritable()).rejects.toMatchObject(isDamaged);
    await vi.waitFor(check, { timeout: 170_000, interval: 50 });
  });

  test('is left as it is by a check that finds nothing', { timeout: 180_000 }, async () => {
    await writeLarge();
    const store = await open();
    expect(await store.commit(commitOn(1, [put('new', {})]), 1_000)).toEqual({ status: 'committed' });
    await store.close();
    const database = new DatabaseSync(file, { readOnly: true });
    expect(() => checkFile(database)).not.toThrow();
    database.close();
    expect(reported).toEqual([]);
  });
});
