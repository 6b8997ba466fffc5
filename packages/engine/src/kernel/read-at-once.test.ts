import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test } from 'vitest';

import type { ReadRequest, Store } from '../store.ts';
import { add, counterKind } from '../testing/counters.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { Command } from './command.ts';
import { Executor } from './executor.ts';

const timeoutMs = 10_000;

test('what a rule comes upon is read at once from a store in this process, for no longer than a time slice', async () => {
  const environment = new TestEnvironment();
  const store = createMemoryStore({ kinds: [counterKind] });
  const readBetweenTurns = [0];
  environment.schedule = (task) => {
    readBetweenTurns.push(0);
    queueMicrotask(task);
  };
  const slow = (target: Pick<Store, 'readNow'>) => (request: ReadRequest) => {
    environment.elapsed += 1;
    readBetweenTurns[readBetweenTurns.length - 1]! += 1;
    return target.readNow?.(request);
  };
  const view = new Proxy(store, {
    get(target, name) {
      if (name === 'readNow') return slow(target);
      const member: unknown = target[name as keyof Store];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const executor = new Executor(view, environment);

  const runsFor = async (count: number): Promise<number> => {
    let runs = 0;
    const readAll: Command<void> = {
      partitions: ['p'],
      reads: [],
      run(changes) {
        runs += 1;
        for (let index = 0; index < count; index += 1) add(changes, 'p', `${count}-${index}`, 1);
      },
    };
    await executor.execute(readAll, timeoutMs);
    return runs;
  };
  expect(await runsFor(8)).toBe(1);
  // Each run but the last reads eight at once, and has the ninth loaded.
  expect(await runsFor(89)).toBe(10);
  expect(Math.max(...readBetweenTurns)).toBe(8);
});
