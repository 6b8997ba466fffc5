import type { RecordKind } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import { createMemoryStore } from './index.ts';

const kind: RecordKind = { name: 'items', indexes: {} };
const partition = 'tenant/live';

const commitOf = (count: number, version: number) => ({
  heads: [{ partition, expectedVersion: version, head: { version: version + 1, nowMs: 1, sequence: 1 } }],
  writes: Array.from({ length: count }, (_, index) => {
    return { type: 'put' as const, key: { kind, partition, id: `${index}` }, value: { version } };
  }),
  nowMs: 1,
});

test('a large commit pauses before it changes anything, and finds out what was committed meanwhile', async () => {
  const paused: (() => void)[] = [];
  let elapsedMs = 0;
  let stepMs = 3;
  const store = createMemoryStore({
    kinds: [kind],
    eventLoop: { elapsedMs: () => (elapsedMs += stepMs), schedule: (task) => void paused.push(task) },
  });
  const large = store.commit(commitOf(100, 0), 1_000);
  await Promise.resolve();
  expect(paused).toHaveLength(1);
  stepMs = 0;
  expect((await store.read({ ranges: [{ kind, partition, limit: 200 }] })).ranges[0]).toEqual([]);
  expect(await store.commit(commitOf(1, 0), 1_000)).toEqual({ status: 'committed' });
  paused.shift()?.();
  expect(await large).toEqual({ status: 'moved', partitions: [partition] });
  expect((await store.read({ ranges: [{ kind, partition, limit: 200 }] })).ranges[0]).toHaveLength(1);
});
