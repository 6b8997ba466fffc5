import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { MachineClock, Store } from '@holdfast/engine/store';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openSqliteStore } from './index.ts';

const hourMs = 3_600_000;
const startMs = 1_800_000_000_000;

let folder = '';
let file = '';
let version = 0;
/** One machine: how long it has run, and how wrong its time of day is. */
const world = { elapsedMs: 0, rightMs: 0, aheadMs: 0, bootId: 'one' as string | undefined };

function pass(milliseconds: number): void {
  world.elapsedMs += milliseconds;
  world.rightMs += milliseconds;
}

/** The machine is turned off and on again, which takes so long. */
function startAgain(milliseconds: number): void {
  Object.assign(world, { elapsedMs: 1_000, rightMs: world.rightMs + milliseconds, bootId: `not ${world.bootId}` });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'));
  file = join(folder, 'holdfast.db');
  version = 0;
  Object.assign(world, { elapsedMs: 1_000, rightMs: startMs, aheadMs: 0, bootId: 'one' });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What a process has of the store, until it is closed. */
async function inProcess<T>(work: (store: Store) => Promise<T>, takesSystemTime = false): Promise<T> {
  const machine: MachineClock = {
    systemMs: () => world.rightMs + world.aheadMs,
    elapsedMs: () => world.elapsedMs,
    bootId: world.bootId,
  };
  const store = await openSqliteStore({ file, kinds: [], machine, takesSystemTime });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const now = (takesSystemTime = false) => inProcess(async (store) => store.now!(), takesSystemTime);

async function commit(store: Store, nowMs = store.now!()): Promise<void> {
  const head = { version: version + 1, nowMs, sequence: 0 };
  await store.commit({ heads: [{ partition: 'one', expectedVersion: version, head }], writes: [], nowMs }, 1_000);
  version += 1;
}

test.each([hourMs, -hourMs])(
  'goes on from the last process of one run of the machine, with a time of day set by %i ms',
  async (aheadMs) => {
    await inProcess(async (store) => {
      await commit(store);
      world.aheadMs = aheadMs;
      pass(5_000);
      expect(Math.abs(store.now!() - startMs - 5_000)).toBeLessThanOrEqual(1);
    });
    pass(2 * hourMs);
    expect(await now()).toBe(startMs + 2 * hourMs + 5_000);
  },
);

test('after another start of the machine is the time of day, if that is later than what the file has seen', async () => {
  await inProcess(commit);
  startAgain(hourMs);
  expect(await now()).toBe(startMs + hourMs);
  world.aheadMs = -3 * hourMs;
  expect(await now()).toBe(startMs);
});

test('after a run of the machine of which nobody knows the start is the time of day likewise', async () => {
  world.bootId = undefined;
  await inProcess(commit);
  pass(hourMs);
  world.aheadMs = 5_000;
  expect(await now()).toBe(startMs + hourMs + 5_000);
});

test('is the time of day again when an operator wants that, but never runs backwards for it', async () => {
  await inProcess(commit);
  world.aheadMs = hourMs;
  pass(1_000);
  expect(await now()).toBe(startMs + 1_000);
  expect(await now(true)).toBe(startMs + 1_000 + hourMs);
  world.aheadMs = -hourMs;
  expect(await now(true)).toBe(startMs);
});

test('lies at most a second behind the latest commit in the file', async () => {
  await inProcess(async (store) => {
    for (let count = 0; count < 100; count += 1) {
      await commit(store);
      pass(37);
    }
  });
  const latestMs = world.rightMs - 37;
  startAgain(0);
  world.aheadMs = -hourMs;
  expect(latestMs - (await now())).toBeLessThanOrEqual(1_000);
});

test('of a file from before there was a clock in it goes on from the latest time of any partition', async () => {
  await inProcess((store) => commit(store, startMs + hourMs));
  const database = new DatabaseSync(file);
  database.exec('DELETE FROM holdfast_clock');
  database.close();
  await inProcess(async (store) => {
    expect(store.now!()).toBe(startMs + hourMs);
    pass(2_000);
    expect(Math.abs(store.now!() - startMs - hourMs - 2_000)).toBeLessThanOrEqual(1);
  });
});

test('of a fresh file is the time of day', async () => {
  expect(await now()).toBe(startMs);
});
