import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, describe, expect, test } from 'vitest';

import type { Commit, CommitResult, Store, Turn } from '../store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { Command } from './command.ts';
import { Executor } from './executor.ts';
import { defineKind } from './record-access.ts';
import type { Kind } from './record-access.ts';

const counterKind: Kind<{ readonly count: number }> = defineKind({ name: 'counters', indexes: {} });
const timeoutMs = 1_000;

/** A store that several processes share, whose turns a test gives out. */
class SharedStore {
  readonly commits: Commit[] = [];
  /** The partitions of the turns that were asked for, in order. */
  readonly asked: string[] = [];
  readonly endedAfterCommits: number[] = [];
  isOneOfSeveral = true;
  /** How many commits still lose a race, wherever they write. */
  racesToLose = 0;
  grant: (turn: Turn) => Promise<Turn | undefined> = (turn) => Promise.resolve(turn);
  readonly store: Store;

  constructor() {
    const memory = createMemoryStore({ kinds: [counterKind] });
    this.store = {
      read: (request) => memory.read(request),
      openSnapshot: () => memory.openSnapshot(),
      due: (kind, untilMs, limit, prefix) => memory.due(kind, untilMs, limit, prefix),
      purge: (nowMs, limit) => memory.purge(nowMs, limit),
      checkWritable: () => memory.checkWritable(),
      close: () => memory.close(),
      commit: (commit, deadlineMs) => this.#commit(commit, () => memory.commit(commit, deadlineMs)),
      takeTurn: (partition) => this.#takeTurn(partition),
    };
  }

  async #commit(commit: Commit, write: () => Promise<CommitResult>): Promise<CommitResult> {
    if (this.racesToLose > 0) {
      this.racesToLose -= 1;
      return { status: 'moved', partitions: commit.heads.map(({ partition }) => partition) };
    }
    this.commits.push(commit);
    return write();
  }

  #takeTurn(partition: string): Promise<Turn | undefined> {
    this.asked.push(partition);
    return this.grant({
      isOneOfSeveral: this.isOneOfSeveral,
      end: async () => void this.endedAfterCommits.push(this.commits.length),
    });
  }
}

let shared: SharedStore;
let executor: Executor;

beforeEach(() => {
  shared = new SharedStore();
  executor = new Executor(shared.store, new TestEnvironment());
});

function increment(...partitions: readonly string[]): Command<void> {
  return {
    partitions,
    reads: [],
    run(changes) {
      for (const partition of partitions) {
        const count = changes.get(counterKind, partition, 'c')?.count ?? 0;
        changes.put(counterKind, partition, 'c', { count: count + 1 });
      }
    },
  };
}

const execute = (...partitions: readonly string[]) => executor.execute(increment(...partitions), timeoutMs);

describe('turns', () => {
  test('are not asked for while no race is lost', async () => {
    await execute('p');
    expect(shared.asked).toEqual([]);
  });

  test('begin with the first race that is lost, and end with the commit', async () => {
    shared.racesToLose = 1;
    await execute('p');
    expect(shared.asked).toEqual(['p']);
    expect(shared.endedAfterCommits).toEqual([1]);
  });

  test('go on for as long as others were there for one, a batch each', async () => {
    shared.racesToLose = 1;
    await execute('p');
    await Promise.all([execute('p'), execute('p')]);
    shared.isOneOfSeveral = false;
    await execute('p');
    await execute('p');
    expect(shared.asked).toEqual(['p', 'p', 'p']);
    expect(shared.commits).toHaveLength(4);
  });

  test('are waited for by the commands of that partition alone', async () => {
    shared.racesToLose = 1;
    const order: string[] = [];
    let grantNow = () => {};
    shared.grant = (turn) => new Promise((resolve) => (grantNow = () => resolve(turn)));
    const waiting = execute('p').then(() => order.push('p'));
    while (shared.asked.length === 0) await Promise.resolve();
    const later = execute('p').then(() => order.push('p, later'));
    await execute('q').then(() => order.push('q'));
    grantNow();
    await Promise.all([waiting, later]);
    expect(order).toEqual(['q', 'p', 'p, later']);
    expect(shared.asked).toEqual(['p']);
  });

  test('that fail to come, or can not be asked for, keep nobody from going on', async () => {
    shared.racesToLose = 2;
    shared.grant = () => Promise.resolve(undefined);
    await execute('p');
    shared.racesToLose = 1;
    shared.grant = () => Promise.reject(new Error('unreachable'));
    await execute('p');
    expect(shared.commits).toHaveLength(2);
  });

  test('are waited for once by a command of several partitions', async () => {
    shared.racesToLose = 1;
    await execute('p');
    shared.racesToLose = 1;
    await execute('q');
    await execute('p', 'q');
    expect(shared.asked).toEqual(['p', 'q', 'p']);
  });

  test('end when the commit fails', async () => {
    shared.racesToLose = 1;
    await execute('p');
    const failing = executor.execute(
      {
        ...increment('p'),
        run: () => {
          throw new Error('broken');
        },
      },
      timeoutMs,
    );
    await expect(failing).rejects.toThrow('broken');
    expect(shared.endedAfterCommits).toHaveLength(2);
  });

  test('are over when the executor is idle', async () => {
    shared.racesToLose = 3;
    const done = execute('p');
    await Promise.resolve();
    await executor.idle();
    expect(shared.commits).toHaveLength(1);
    await done;
  });
});
