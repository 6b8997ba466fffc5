import fc from 'fast-check';
import { expect, test } from 'vitest';

import { mergeRange } from './merge-range.ts';
import type { RangeQuery, StoredRecord, Write } from './store.ts';

const kind = { name: 'things', indexes: { rank: ['group', 'rank'] } };
const id = fc.constantFrom('a', 'b', 'c', 'd', '\u{1f600}', '\ufffd');
const value = fc.record({ group: fc.constantFrom('g', 'h'), rank: fc.option(fc.integer({ min: 0, max: 3 })) });
const write: fc.Arbitrary<Write> = fc.record({ id, value, isDelete: fc.boolean() }).map((each) => {
  const key = { kind, partition: 'p', id: each.id };
  return each.isDelete ? { type: 'delete', key } : { type: 'put', key, value: each.value };
});
const query: fc.Arbitrary<RangeQuery> = fc.oneof(
  fc.record({ kind: fc.constant(kind), partition: fc.constant('p'), from: id, limit: fc.integer({ min: 1, max: 4 }), descending: fc.boolean() }),
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

/** What a store that holds `writes` would answer: the same merge over nothing, of which the second merge must not differ. */
function stored(writes: readonly Write[], range: RangeQuery): readonly StoredRecord[] {
  return mergeRange(range, [], lastOfEach(writes));
}

test('a range over stored rows and pending writes is the range over all of them', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 12 }), fc.array(write, { maxLength: 6 }), query, (earlier, later, range) => {
      const pending = lastOfEach(later);
      const rows = stored(earlier, { ...range, limit: range.limit + pending.length });
      expect(mergeRange(range, rows, pending)).toEqual(stored([...earlier, ...later], range));
    }),
  );
});

test('strings are ordered by code point, not by UTF-16 unit', () => {
  const writes: Write[] = ['\u{1f600}', '\ufffd', 'z'].map((each) => ({ type: 'put', key: { kind, partition: 'p', id: each }, value: {} }));
  const rows = mergeRange({ kind, partition: 'p', limit: 9 }, [], writes);
  expect(rows.map((row) => row.id)).toEqual(['z', '\ufffd', '\u{1f600}']);
});
