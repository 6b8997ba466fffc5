import { createMemoryStore } from '@holdfast/store-memory';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { RangeQuery, StoredRecord, Write } from '../store.ts';
import { mergeRange } from './merge-range.ts';

const kind = { name: 'things', indexes: { rank: ['group', 'rank'] } };
const id = fc.constantFrom('a', 'b', 'c', 'd', '\u{1f600}', '\ufffd');
const value = fc.record({ group: fc.constantFrom('g', 'h'), rank: fc.option(fc.integer({ min: 0, max: 3 })) });
const write: fc.Arbitrary<Write> = fc.record({ id, value, isDelete: fc.boolean() }).map((each) => {
  const key = { kind, partition: 'p', id: each.id };
  return each.isDelete ? { type: 'delete', key } : { type: 'put', key, value: each.value };
});
const query: fc.Arbitrary<RangeQuery> = fc.oneof(
  fc.record({
    kind: fc.constant(kind),
    partition: fc.constant('p'),
    from: id,
    limit: fc.integer({ min: 1, max: 4 }),
    descending: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant(kind),
    partition: fc.constant('p'),
    index: fc.constant('rank'),
    equals: fc.constant(['g']),
    to: fc.integer({ min: 0, max: 4 }),
    after: fc.tuple(fc.integer({ min: 0, max: 3 }), id),
    descending: fc.boolean(),
    limit: fc.integer({ min: 1, max: 4 }),
  }),
);

function lastOfEach(writes: readonly Write[]): readonly Write[] {
  return [...new Map(writes.map((each) => [each.key.id, each])).values()];
}

function byId(writes: readonly Write[]): ReadonlyMap<string, Write> {
  return new Map(writes.map((each) => [each.key.id, each]));
}

/** What a store answers that holds `writes`. */
async function stored(writes: readonly Write[], range: RangeQuery): Promise<readonly StoredRecord[]> {
  const store = createMemoryStore();
  await store.commit({ heads: [], writes: lastOfEach(writes), nowMs: 0 }, 1_000);
  const { ranges } = await store.read({ ranges: [range] });
  return ranges[0] ?? [];
}

test('a range over stored rows and pending writes is the range over all of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(write, { maxLength: 12 }),
      fc.array(write, { maxLength: 6 }),
      fc.nat(6),
      query,
      async (earlier, later, split, range) => {
        const pending = [byId(later.slice(split)), byId(later.slice(0, split))];
        const merge = async (limit: number) => {
          const rows = await stored(earlier, { ...range, limit });
          return mergeRange(range, { limit, rows }, pending);
        };
        const merged = (await merge(range.limit)) ?? (await merge(range.limit + later.length));
        expect(merged).toEqual(await stored([...earlier, ...later], range));
      },
    ),
    // A write at the very bound of a range is rare.
    { numRuns: 3_000 },
  );
});

test('strings are ordered by code point, not by UTF-16 unit', () => {
  const writes: Write[] = ['\u{1f600}', '\ufffd', 'z'].map((each) => ({
    type: 'put',
    key: { kind, partition: 'p', id: each },
    value: {},
  }));
  const rows = mergeRange({ kind, partition: 'p', limit: 9 }, { limit: 9, rows: [] }, [byId(writes)]);
  expect(rows?.map((row) => row.id)).toEqual(['z', '\ufffd', '\u{1f600}']);
});
