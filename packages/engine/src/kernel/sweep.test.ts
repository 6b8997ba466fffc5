import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test } from 'vitest';

import { StoreUnavailable } from '../store.ts';
import type { Store } from '../store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import { Executor } from './executor.ts';
import { defineKind } from './record-access.ts';
import { Sweep } from './sweep.ts';

const thingKind = defineKind<{ readonly dueAtMs: number | null }>({ name: 'things', indexes: {}, dueField: 'dueAtMs' });
const otherKind = defineKind<{ readonly dueAtMs: number | null }>({ name: 'others', indexes: {}, dueField: 'dueAtMs' });

/** Things of several partitions that become due, of which some are cursed. */
class World {
  readonly environment = new TestEnvironment();
  readonly store = createMemoryStore({ kinds: [thingKind, otherKind] });
  readonly cursed = new Set<string>();
  commands = 0;

  async keep(kind: typeof thingKind, partition: string, ids: readonly string[], dueAtMs: number): Promise<void> {
    const writes = ids.map((id) => ({ type: 'put', key: { kind, partition, id }, value: { dueAtMs } }) as const);
    const { heads } = await this.store.read({ heads: [partition] });
    const version = heads[0]?.version ?? 0;
    const head = { version: version + 1, nowMs: 0, sequence: 0 };
    await this.store.commit({ heads: [{ partition, expectedVersion: version, head }], writes, nowMs: 0 }, 1_000);
  }

  sweep(store: Store = this.store, perCommand = 100): Sweep {
    const parts = {
      store,
      executor: new Executor(store, this.environment),
      environment: this.environment,
      timeoutMs: 1_000,
    };
    const end = (kind: typeof thingKind) => ({
      kind,
      found: 1_000,
      perCommand,
      command: (partition: string, ids: readonly string[]) => ({
        partitions: [partition],
        reads: [],
        run: (changes: Parameters<Parameters<Executor['execute']>[0]['run']>[0]) => {
          this.commands += 1;
          if (ids.some((id) => this.cursed.has(id))) throw new Error('It is cursed.');
          for (const id of ids) changes.delete(kind, partition, id);
        },
      }),
    });
    return new Sweep(parts, [end(thingKind), end(otherKind)]);
  }

  async left(): Promise<readonly string[]> {
    const due = await Promise.all([thingKind, otherKind].map((kind) => this.store.due(kind, Infinity, 10_000)));
    return due.flat().map(({ id }) => id);
  }
}

const ids = Array.from({ length: 100 }, (_, index) => `thing-${index}`);

test('what fails is halved until what is cursed is found, and all else is done: partitions, kinds and the rest of a batch', async () => {
  const world = new World();
  const dueAtMs = world.environment.nowMs - 3_000;
  await world.keep(thingKind, 'a', ids, dueAtMs);
  await world.keep(thingKind, 'b', ['fine'], dueAtMs);
  await world.keep(otherKind, 'a', ['other'], dueAtMs);
  world.cursed.add('thing-17');
  const sweep = world.sweep();
  const report = await sweep.run();
  expect(report.failures).toEqual([new Error('It is cursed.')]);
  expect(await world.left()).toEqual(['thing-17']);
  expect(world.commands).toBeLessThan(2 + 2 * Math.ceil(Math.log2(100)) + 2);
  expect(sweep.lagMs).toBe(3_000);
});

test('what is cursed is put off for longer and longer, and done when it can be; nothing waits behind it', async () => {
  const world = new World();
  await world.keep(thingKind, 'a', ids, world.environment.nowMs);
  for (const id of ids) world.cursed.add(id);
  const sweep = world.sweep(world.store, 1);
  expect((await sweep.run()).failures).toHaveLength(100);
  const afterFirst = world.commands;
  world.environment.elapsed += 999;
  await sweep.run();
  expect(world.commands).toBe(afterFirst);
  world.environment.elapsed += 1;
  await sweep.run();
  expect(world.commands).toBe(afterFirst * 2);
  world.environment.nowMs += 5_000;
  await world.keep(thingKind, 'b', ['late'], world.environment.nowMs);
  world.environment.elapsed += 1_000;
  expect((await sweep.run()).failures).toEqual([]);
  expect(await world.left()).not.toContain('late');
  expect(sweep.lagMs).toBe(5_000);
  world.cursed.clear();
  world.environment.elapsed += 60_000;
  await sweep.run();
  expect(await world.left()).toEqual([]);
  expect(sweep.lagMs).toBe(0);
});

test('a store that fails is not asked for each half', async () => {
  const world = new World();
  await world.keep(thingKind, 'a', ids, world.environment.nowMs);
  let commits = 0;
  const fail = async () => {
    commits += 1;
    throw new StoreUnavailable('The disk is full.');
  };
  const checkWritable = () => Promise.reject(new StoreUnavailable('The disk is full.'));
  const broken: Store = Object.assign(Object.create(world.store) as Store, { commit: fail, checkWritable });
  for (const method of ['read', 'due', 'purge'] as const) {
    Object.assign(broken, { [method]: world.store[method].bind(world.store) });
  }
  const sweep = world.sweep(broken);
  const report = await sweep.run();
  world.environment.nowMs += 4_000;
  expect(sweep.lagMs).toBe(4_000);
  expect(report).toEqual({ isMore: false, failures: [new StoreUnavailable('The disk is full.')] });
  expect(commits).toBe(1);
});
