import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, describe, expect, test } from 'vitest';

import { StoreUnavailable } from '../store.ts';
import type { Commit, Store } from '../store.ts';
import { add, counterKind, increment, look } from '../testing/counters.ts';
import { farAway } from '../testing/far-store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { Command, Query } from './command.ts';
import { Executor } from './executor.ts';
import { idempotencyKind } from './idempotency.ts';
import { recordKey } from './record-access.ts';
import type { Changes } from './record-access.ts';

const timeoutMs = 1_000;

let environment: TestEnvironment;
let store: Store;
let executor: Executor;

beforeEach(() => {
  environment = new TestEnvironment();
  store = createMemoryStore({ kinds: [counterKind, idempotencyKind] });
  executor = new Executor(store, environment);
});

/** A store that is the real one but for what a test does to it. */
function storeWith(changes: Partial<Store>): Store {
  return {
    read: (request) => store.read(request),
    commit: (commit, deadlineMs) => store.commit(commit, deadlineMs),
    openSnapshot: () => store.openSnapshot(),
    due: (kind, untilMs, limit, prefix) => store.due(kind, untilMs, limit, prefix),
    purge: (nowMs, limit) => store.purge(nowMs, limit),
    checkWritable: () => store.checkWritable(),
    close: () => store.close(),
    ...changes,
  };
}

describe('commands', () => {
  test('of one batch see what the ones before them changed, and share a commit', async () => {
    const commits: Commit[] = [];
    executor = new Executor(
      storeWith({ commit: (commit, deadlineMs) => (commits.push(commit), store.commit(commit, deadlineMs)) }),
      environment,
    );
    const results = await Promise.all([1, 2, 3].map(() => executor.execute(increment(), timeoutMs)));
    expect(results).toEqual([1, 2, 3]);
    expect(commits).toHaveLength(1);
  });

  test('of two processes lose no update and give out no number twice', async () => {
    const other = new Executor(store, environment);
    const numbered = (): Command<number> => ({
      partitions: ['p'],
      reads: [],
      run: (changes) => (add(changes, 'p', 'counter', 1), changes.nextSequence('p')),
    });
    const tasks = Array.from({ length: 400 }, (_, index) =>
      (index % 2 === 0 ? executor : other).execute(numbered(), timeoutMs),
    );
    expect(new Set(await Promise.all(tasks)).size).toBe(400);
    expect(await executor.query(look(), timeoutMs)).toBe(400);
  });

  test('that throw are answered with that, and nobody else is', async () => {
    const broken: Command<number> = {
      partitions: ['p'],
      reads: [],
      run(changes) {
        add(changes, 'p', 'counter', 100);
        throw new Error('broken');
      },
    };
    const results = await Promise.allSettled(
      [increment(), broken, increment()].map((each) => executor.execute(each, timeoutMs)),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await executor.query(look(), timeoutMs)).toBe(2);
  });

  test('that make a commit fail are found out, and the others take effect', async () => {
    const refusePoison: Store['commit'] = (commit, deadlineMs) => {
      if (commit.writes.some((write) => write.key.id === 'poison')) throw new Error('this value does not fit');
      return store.commit(commit, deadlineMs);
    };
    executor = new Executor(storeWith({ commit: refusePoison }), environment);
    const ids = ['a', 'poison', 'b'];
    const results = await Promise.allSettled(ids.map((id) => executor.execute(increment('p', id), timeoutMs)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('are all refused, and nothing is retried, when the store is unavailable', async () => {
    let attempts = 0;
    const fail: Store['commit'] = () => {
      attempts += 1;
      return Promise.reject(new StoreUnavailable('disk full'));
    };
    executor = new Executor(storeWith({ commit: fail }), environment);
    const results = await Promise.allSettled([1, 2].map(() => executor.execute(increment(), timeoutMs)));
    expect(results.map((result) => result.status === 'rejected' && result.reason instanceof StoreUnavailable)).toEqual([
      true,
      true,
    ]);
    expect(attempts).toBe(1);
  });

  test('that waited until their deadline are refused without being run', async () => {
    let wasRun = false;
    const late = executor.execute({ partitions: ['p'], reads: [], run: () => (wasRun = true) }, timeoutMs);
    environment.elapsed = timeoutMs;
    await expect(late).rejects.toThrow(StoreUnavailable);
    expect(wasRun).toBe(false);
  });

  test('that only looked are decided again if another process moved on while they did', async () => {
    const lookAtBoth: Command<unknown> = {
      partitions: ['p'],
      reads: [recordKey(counterKind, 'p', 'a')],
      run: (records) => ['a', 'b'].map((id) => records.get(counterKind, 'p', id)?.count),
    };
    const addToBoth: Command<unknown> = {
      partitions: ['p'],
      reads: [],
      run: (changes) => ['a', 'b'].map((id) => add(changes, 'p', id, 1)),
    };
    let isFirst = true;
    const read: Store['read'] = async (request) => {
      const result = await store.read(request);
      if (isFirst) {
        isFirst = false;
        await new Executor(store, environment).execute(addToBoth, timeoutMs);
      }
      return result;
    };
    executor = new Executor(storeWith({ read }), environment);
    expect(await executor.execute(lookAtBoth, timeoutMs)).toEqual([1, 1]);
  });

  test('see a clock that never runs backwards, whatever the process says', async () => {
    const time: Command<number> = {
      partitions: ['p'],
      reads: [],
      run: (changes, nowMs) => (add(changes, 'p', 'c', 1), nowMs),
    };
    const first = await executor.execute(time, timeoutMs);
    environment.nowMs -= 3_600_000;
    expect(await executor.execute(time, timeoutMs)).toBe(first);
  });

  test('run at one time, however long it takes to load what they ask for by it', async () => {
    let reads = 0;
    const slow = storeWith({
      async read(request) {
        reads += 1;
        environment.nowMs += 1;
        if (reads > 5) throw new Error('It never gets what it asked for.');
        return store.read(request);
      },
    });
    const byTime: Command<number | undefined> = {
      partitions: ['p'],
      reads: [],
      run: (records, nowMs) => records.get(counterKind, 'p', `at ${nowMs}`)?.count,
    };
    expect(await new Executor(slow, environment).execute(byTime, timeoutMs)).toBe(undefined);
  });

  test('load what they come upon in rounds, not one by one', async () => {
    let rounds = 0;
    executor = new Executor(storeWith({ read: (request) => ((rounds += 1), store.read(request)) }), environment);
    const many: Command<number> = {
      partitions: ['p'],
      reads: [],
      run(changes) {
        const ids = Array.from({ length: 50 }, (_, index) => `c${index}`);
        changes.forEach(ids, (id) => add(changes, 'p', id, 1));
        return ids.length;
      },
    };
    expect(await executor.execute(many, timeoutMs)).toBe(50);
    expect(rounds).toBe(2);
  });

  test('that are still loading at their deadline are refused, and hold up nobody', async () => {
    const slow = storeWith({ read: (request) => ((environment.elapsed += timeoutMs / 2), store.read(request)) });
    executor = new Executor(slow, environment);
    const endless: Command<number> = {
      partitions: ['p'],
      reads: [],
      run: (changes) => add(changes, 'p', environment.newToken(), 1),
    };
    const late = executor.execute(endless, timeoutMs);
    const other = executor.execute(increment(), timeoutMs * 10);
    await expect(late).rejects.toThrow(StoreUnavailable);
    expect(await other).toBe(1);
  });

  test('keep or drop what they attempt', async () => {
    const attempt = (keep: boolean): Command<boolean> => ({
      partitions: ['p'],
      reads: [],
      run: (changes) => changes.attempt(() => (add(changes, 'p', 'counter', 1), keep)),
    });
    await executor.execute(attempt(false), timeoutMs);
    expect(await executor.query(look(), timeoutMs)).toBeUndefined();
    await executor.execute(attempt(true), timeoutMs);
    expect(await executor.query(look(), timeoutMs)).toBe(1);
  });
});

describe('queries', () => {
  test('of one batch all see the last number that was given out, and give out none', async () => {
    const draw: Command<number> = {
      partitions: ['p'],
      reads: [],
      run: (changes) => (add(changes, 'p', 'counter', 1), changes.nextSequence('p')),
    };
    const last: Query<number> = { partitions: ['p'], reads: [], run: (changes) => changes.lastSequence('p') };
    for (const number of [1, 2]) {
      expect(await executor.execute(draw, timeoutMs)).toBe(number);
      expect(await Promise.all([1, 2, 3].map(() => executor.query(last, timeoutMs)))).toEqual([number, number, number]);
    }
  });

  test('are answered as of their snapshot, so that what was renewed while they loaded has not lapsed', async () => {
    const beganMs = environment.nowMs;
    const openSnapshot: Store['openSnapshot'] = async () => {
      const snapshot = await store.openSnapshot();
      environment.nowMs += 1_000;
      return snapshot;
    };
    executor = new Executor(storeWith({ openSnapshot }), environment);
    const time: Query<number> = { partitions: ['p'], reads: [], run: (_, nowMs) => nowMs };
    expect(await executor.query(time, timeoutMs)).toBe(beganMs);
  });
});

describe('a large batch', () => {
  /** How many jobs ran between two turns of the event loop, if each takes that long. */
  async function countBetweenTurns(
    run: (job: Command<number>) => Promise<unknown>,
    durationMs: number,
  ): Promise<number[]> {
    const counts = [0];
    environment.schedule = (task) => {
      counts.push(0);
      queueMicrotask(task);
    };
    const slow: Command<number> = {
      partitions: ['p'],
      reads: [],
      run() {
        environment.elapsed += durationMs;
        return (counts[counts.length - 1]! += 1);
      },
    };
    await Promise.all(Array.from({ length: 100 }, () => run(slow)));
    return counts;
  }

  test('lets others have their turn between two of its jobs', async () => {
    const commands = await countBetweenTurns((job) => executor.execute(job, 60_000), 5);
    const queries = await countBetweenTurns((job) => executor.query(job, 60_000), 5);
    for (const counts of [commands, queries]) {
      expect(Math.max(...counts)).toBe(2);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
    }
  });

  test("that is done at once doesn't wait for anybody", async () => {
    const counts = await countBetweenTurns((job) => executor.execute(job, 60_000), 0);
    expect(counts.filter((count) => count > 0)).toEqual([100]);
  });

  /** Writes so many records with a number. */
  function writeMany(number: number, count: number): Command<number> {
    return {
      partitions: ['p'],
      reads: [],
      run(changes) {
        for (let index = 0; index < count; index += 1)
          changes.put(counterKind, 'p', `${number} ${index}`, { count: number });
        return number;
      },
    };
  }

  test('leaves the rest to the next one when it has written enough, in its order', async () => {
    const commits: number[] = [];
    const counting = storeWith({
      commit: (commit, deadlineMs) => (commits.push(commit.writes.length), store.commit(commit, deadlineMs)),
    });
    executor = new Executor(counting, environment);
    const answered: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (number) => answered.push(await executor.execute(writeMany(number, 1_000), timeoutMs))),
    );
    expect(commits).toEqual([2_000, 2_000, 1_000]);
    expect(answered).toEqual([1, 2, 3, 4, 5]);
  });

  test('leaves to the next one also what it had begun to load for, when it has written enough', async () => {
    const commits: number[] = [];
    const counting = storeWith({
      commit: (commit, deadlineMs) => (commits.push(commit.writes.length), store.commit(commit, deadlineMs)),
    });
    executor = new Executor(counting, environment);
    const commands = [1, 2, 3].map((number): Command<number> => ({
      ...writeMany(number, 1_500),
      run: (changes, nowMs) => (add(changes, 'p', 'counter', 1), writeMany(number, 1_500).run(changes, nowMs)),
    }));
    expect(await Promise.all(commands.map((each) => executor.execute(each, timeoutMs)))).toEqual([1, 2, 3]);
    expect(commits).toEqual([1_501, 1_501, 1_501]);
  });

  test('leaves the rest to the next one when it may have loaded enough', async () => {
    let snapshots = 0;
    const far = farAway(store);
    executor = new Executor(storeWith({ openSnapshot: () => ((snapshots += 1), far.openSnapshot()) }), environment);
    const lookAtMany = (from: string): Command<number> => ({
      partitions: ['p'],
      reads: [],
      run: (records) => records.range({ kind: counterKind, partition: 'p', from, limit: 10_000 }).length,
    });
    const lengths = ['a', 'b', 'c', 'd', 'e'].map((from) => executor.query(lookAtMany(from), timeoutMs));
    expect(await Promise.all(lengths)).toEqual([0, 0, 0, 0, 0]);
    expect(snapshots).toBe(3);
  });

  test('may have a single job that is larger than all of that', async () => {
    expect(await executor.execute(writeMany(1, 10_000), timeoutMs)).toBe(1);
    const all: Command<number> = {
      partitions: ['p'],
      reads: [],
      run: (records) => records.range({ kind: counterKind, partition: 'p', limit: 20_000 }).length,
    };
    expect(await executor.query(all, timeoutMs)).toBe(10_000);
  });

  test('whose commit fails decides each of its jobs once more, and what it left to the next one once', async () => {
    let isFirst = true;
    const failOnce: Store['commit'] = (commit, deadlineMs) => {
      if (!isFirst) return store.commit(commit, deadlineMs);
      isFirst = false;
      throw new Error('this batch does not fit');
    };
    executor = new Executor(storeWith({ commit: failOnce }), environment);
    const commands = Array.from({ length: 4 }, (_, index) => ({
      ...writeMany(index, 1_500),
      run: (changes: Changes) => (writeMany(index, 1_500).run(changes, 0), add(changes, 'p', 'counter', 1)),
    }));
    expect(await Promise.all(commands.map((each) => executor.execute(each, timeoutMs)))).toEqual([1, 2, 3, 4]);
    expect(await executor.query(look(), timeoutMs)).toBe(4);
  });
});

test('many scans at once let others have their turn, however quick each of them is', async () => {
  await executor.execute(
    {
      partitions: ['p'],
      reads: [],
      run: (changes) =>
        Array.from({ length: 1_200 }, (_, index) => changes.put(counterKind, 'p', `${index}`, { count: 1 })),
    },
    timeoutMs,
  );
  const rowsInTurn = [0];
  environment.schedule = (task) => void setTimeout(() => (rowsInTurn.push(0), task()));
  executor = new Executor(store, environment);
  const countRows = {
    records: [],
    ranges: [{ kind: counterKind, partition: 'p' }],
    begin() {
      let count = 0;
      return {
        take(_range: number, rows: readonly unknown[]) {
          count += rows.length;
          rowsInTurn.push((rowsInTurn.pop() ?? 0) + rows.length);
        },
        finish: () => count,
      };
    },
  };
  const counts = await Promise.all(Array.from({ length: 20 }, () => executor.scan(countRows, timeoutMs)));
  expect(new Set(counts)).toEqual(new Set([1_200]));
  expect(Math.max(...rowsInTurn)).toBeLessThanOrEqual(1_024);
});
