import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test, vi } from 'vitest';

import { counterKind, increment } from '../testing/counters.ts';
import { farAway } from '../testing/far-store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { Command } from './command.ts';
import { Executor } from './executor.ts';

const timeoutMs = 1_000;

/** An executor, and how many records of the background and of requests each commit has written. */
function createExecutor() {
  const store = createMemoryStore({ kinds: [counterKind] });
  const { mock } = vi.spyOn(store, 'commit');
  const commits = () =>
    mock.calls.map(([{ writes }]) => {
      const background = writes.filter(({ key: { partition } }) => partition === 'background').length;
      return { background, requests: writes.length - background };
    });
  return { commits, executor: new Executor(farAway(store), new TestEnvironment()) };
}

function tidy(number: number, count: number): Command<void> {
  return {
    isBackground: true,
    partitions: ['background'],
    reads: [],
    run(changes) {
      for (let index = 0; index < count; index += 1) {
        changes.put(counterKind, 'background', `${number}/${index}`, { count: number });
      }
    },
  };
}

test('what is done in the background comes in small parts, and requests go before it', async () => {
  const { commits, executor } = createExecutor();
  const tidied = [...Array(20).keys()].map((number) => executor.execute(tidy(number, 100), timeoutMs));
  const request = executor.execute(increment('p', 'asked'), timeoutMs);
  await request;
  expect(commits()).toEqual([{ background: 600, requests: 1 }]);
  await Promise.all(tidied);
  expect(commits().map(({ background }) => background)).toEqual([600, 600, 600, 200]);
});

test('what is done in the background goes on, however many requests there are', async () => {
  const { commits, executor } = createExecutor();
  const tidied = [...Array(3).keys()].map((number) => executor.execute(tidy(number, 600), timeoutMs));
  const requests = [...Array(2_000).keys()].map((number) => executor.execute(increment('p', `${number}`), timeoutMs));
  await Promise.all([...tidied, ...requests]);
  expect(commits().slice(0, 3)).toEqual(Array(3).fill({ background: 600, requests: 256 }));
});

test('what is done in the background goes on, however much requests have to load', async () => {
  const { commits, executor } = createExecutor();
  const tidied = [...Array(20).keys()].map((number) => executor.execute(tidy(number, 1), timeoutMs));
  const loadMuch: Command<number> = {
    ...increment(),
    run: (changes, nowMs) => {
      changes.range({ kind: counterKind, partition: 'p', limit: 10_000 });
      return increment().run(changes, nowMs);
    },
  };
  await Promise.all([executor.execute(loadMuch, timeoutMs), ...tidied]);
  expect(commits()).toEqual([{ background: 20, requests: 1 }]);
});
