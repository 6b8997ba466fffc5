import { afterAll, beforeAll, describe } from 'vitest';

import { testAgainstModel } from './against-model.ts';
import { testAmounts } from './amounts.ts';
import { testCommits } from './commits.ts';
import { testLifetimes } from './lifetimes.ts';
import { testRanges } from './ranges.ts';
import { testSnapshots } from './snapshots.ts';
import type { CreateStore, StoreTraits, StoreUnderTest } from './store-under-test.ts';
import { testKinds } from './test-kinds.ts';
import { testTimes } from './times.ts';
import { testValues } from './values.ts';
import { testWatches } from './watches.ts';

/**
 * Everything that the engine may rely on in a store, as tests. Called once from a store's own test file.
 *
 * @param name - How the store is named in the report.
 * @param createStore - Opens a store without records; called several times.
 * @param traits - What this store does differently by design. Without any: one process, nothing kept.
 *
 * @example
 * ```ts
 * testStore('memory', async (kinds) => {
 *   const store = createMemoryStore({ kinds });
 *   return { store, dispose: () => store.close() };
 * });
 * ```
 */
export function testStore(name: string, createStore: CreateStore, traits: StoreTraits = {}): void {
  // No test takes that long; on a busy machine, a database may.
  describe(`${name} store`, () => {
    describe('commits', () => testCommits(openForAll(createStore)));
    describe('snapshots', () => testSnapshots(openForAll(createStore)));
    describe('ranges', () => testRanges(openForAll(createStore)));
    describe('values', () => testValues(openForAll(createStore)));
    describe('times', () => testTimes(openForAll(createStore), traits));
    describe('amounts', () => testAmounts(openForAll(createStore)));
    describe('lifetimes', () => testLifetimes(createStore, traits));
    if (traits.watches) describe('watches', () => testWatches(createStore));
    describe('model', () => testAgainstModel(openForAll(createStore), traits));
  });
}

/** One store for all tests of a group: each of them has partitions of its own. */
function openForAll(createStore: CreateStore): () => StoreUnderTest {
  let opened: StoreUnderTest | undefined;
  beforeAll(async () => {
    opened = await createStore(testKinds);
  }, 60_000);
  afterAll(() => opened?.dispose(), 60_000);
  return () => opened!;
}
