import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Checkpointer } from './checkpointer.ts';

/** As long as the tests themselves may take. */
const patience = { timeout: 240_000 };

let folder = '';
let file = '';
let database: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-checkpointer-'));
  file = join(folder, 'notes.db');
  database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE notes (text)');
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** How often the log has started over: https://www.sqlite.org/fileformat2.html#walformat. */
function timesStartedOver(): number {
  return readFileSync(`${file}-wal`).readUInt32BE(12);
}

test('the log is carried over to the file, and starts over with the next commit', async () => {
  const finish = vi.fn();
  const checkpointer = new Checkpointer(file, finish);
  database.exec("INSERT INTO notes VALUES ('a')");
  checkpointer.add(4_000);
  await vi.waitFor(() => expect(finish).toHaveBeenCalledOnce(), patience);
  expect(timesStartedOver()).toBe(0);
  database.exec("INSERT INTO notes VALUES ('b')");
  expect(timesStartedOver()).toBe(1);
  await checkpointer.stop();
});

test('what is left is finished each time that enough was written, and not before', async () => {
  const finish = vi.fn();
  const checkpointer = new Checkpointer(file, finish);
  checkpointer.add(3_999);
  await checkpointer.stop(); // Nothing to wait for: no thread was needed.
  expect(finish).not.toHaveBeenCalled();
  checkpointer.add(1);
  await vi.waitFor(() => expect(finish).toHaveBeenCalledTimes(1), patience);
  checkpointer.add(3_999);
  checkpointer.add(1);
  await vi.waitFor(() => expect(finish).toHaveBeenCalledTimes(2), patience);
  await checkpointer.stop();
});

test('a thread that fails keeps nobody from closing', async () => {
  const checkpointer = new Checkpointer(join(folder, 'missing', 'notes.db'), () => {});
  checkpointer.add(4_000);
  await checkpointer.stop();
});
