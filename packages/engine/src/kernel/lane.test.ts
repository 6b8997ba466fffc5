import { expect, test } from 'vitest';

import { counterKind } from '../testing/counters.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { Job } from './command.ts';
import { Lane } from './lane.ts';
import { recordKey } from './record-access.ts';

/** The sizes of the batches in which these jobs are done that come all at once. */
async function batchesOf(jobs: readonly Job[]): Promise<readonly number[]> {
  const sizes: number[] = [];
  const lane = new Lane(new TestEnvironment(), async (batch) => {
    sizes.push(batch.length);
    for (const { resolve } of batch) resolve(undefined);
  });
  await Promise.all(jobs.map((job) => lane.submit(job, Infinity)));
  return sizes;
}

function reading(first: number, count: number): Job {
  return { reads: Array.from({ length: count }, (_, index) => recordKey(counterKind, 'p', `${first + index}`)) };
}

test('what a batch starts with is bounded by the records that it reads, each counted once', async () => {
  const many = 730;
  const numbers = [...Array(16).keys()];
  expect(await batchesOf(numbers.map(() => reading(0, many)))).toEqual([16]);
  expect(await batchesOf(numbers.map((number) => reading(number * many, many)))).toEqual(Array(8).fill(2));
  expect(await batchesOf([reading(0, 10_000), reading(0, 1)])).toEqual([1, 1]);
});
