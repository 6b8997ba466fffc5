import type { IndexValue, RangeQuery, RecordKey, RecordKind, RecordValue } from '@holdfast/engine/store';
import fc from 'fast-check';

import { startMs, testKinds } from './test-kinds.ts';

/** One step of a random sequence. Partitions are numbers here: every run has partitions of its own. */
export type Step =
  | {
      readonly type: 'commit';
      readonly decidedOn: readonly number[];
      /** One of the partitions, decided on a version that it doesn't have; absent: all are as they are. */
      readonly stale: number | undefined;
      readonly writes: readonly RandomWrite[];
      readonly nowMs: number;
    }
  | { readonly type: 'range'; readonly partition: number; readonly query: Omit<RangeQuery, 'partition'> }
  | { readonly type: 'due'; readonly kind: RecordKind; readonly untilMs: number; readonly limit: number }
  | { readonly type: 'purge'; readonly nowMs: number }
  | { readonly type: 'openSnapshot' }
  | { readonly type: 'readSnapshot' }
  | { readonly type: 'readAll' };

export interface RandomWrite {
  readonly type: 'put' | 'insert' | 'delete';
  readonly kind: RecordKind;
  readonly partition: number;
  readonly id: string;
  readonly value: RecordValue;
}

export const partitionCount = 3;
const recordIds = ['a', 'a\u001fb', 'a!', 'b', 'é', '\ufffd', '😀'];

const owners = ['ada', 'ada\u001f', 'bob', '\ufffd', '😀'];
const ranks = [-Number.MAX_SAFE_INTEGER, -2.5, -1, 0, 1, 7, 10, Number.MAX_SAFE_INTEGER];

const partition = fc.nat({ max: partitionCount - 1 });
const time = fc.integer({ min: startMs, max: startMs + 8 });
const limit = fc.integer({ min: 1, max: 9 });
const kind = fc.constantFrom(...testKinds);

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });
}

const value: fc.Arbitrary<RecordValue> = fc
  .record({
    owner: maybe(fc.constantFrom(...owners)),
    rank: maybe(fc.constantFrom(...ranks)),
    atMs: maybe(time),
    sequence: maybe(fc.nat({ max: 3 })),
    dueAtMs: maybe(time),
    purgeAtMs: maybe(time),
    anything: fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }),
  })
  .map((record) => JSON.parse(JSON.stringify(record)) as RecordValue);

const write: fc.Arbitrary<RandomWrite> = fc
  .record({
    type: fc.constantFrom('put' as const, 'put' as const, 'insert' as const, 'delete' as const),
    kind,
    partition,
    id: fc.constantFrom(...recordIds),
    value,
  })
  .map((one) => (one.kind.appendOnly && one.type === 'put' ? { ...one, type: 'insert' } : one));

const writes = fc.uniqueArray(write, {
  maxLength: 12,
  selector: (one) => JSON.stringify([one.kind.name, one.partition, one.id]),
});

const componentsByField: Readonly<Record<string, fc.Arbitrary<IndexValue>>> = {
  owner: fc.constantFrom(...owners, 'b'),
  rank: fc.constantFrom<IndexValue>(...ranks, 0.5),
  atMs: time,
  sequence: fc.nat({ max: 3 }),
  id: fc.constantFrom(...recordIds, 'A'),
};

const rangeTarget = fc.constantFrom<readonly [RecordKind, string | undefined]>(
  ...testKinds.flatMap((of) => {
    return [undefined, ...Object.keys(of.indexes)].map((index): [RecordKind, string | undefined] => [of, index]);
  }),
);

const query: fc.Arbitrary<Omit<RangeQuery, 'partition'>> = rangeTarget.chain(([of, index]) => {
  const fields = [...(index === undefined ? [] : of.indexes[index]!), 'id'];
  return fc.nat({ max: fields.length - 1 }).chain((equalCount) => {
    const component = (field: string): fc.Arbitrary<IndexValue> => componentsByField[field]!;
    const next = component(fields[equalCount]!);
    return fc
      .record(
        {
          kind: fc.constant(of),
          limit,
          equals: fc.tuple(...fields.slice(0, equalCount).map(component)),
          from: next,
          to: next,
          after: fc.tuple(...fields.slice(equalCount).map(component)),
          descending: fc.boolean(),
        },
        { requiredKeys: ['kind', 'limit', 'equals'] },
      )
      .map((one) => (index === undefined ? one : { ...one, index }));
  });
});

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('commit' as const),
        decidedOn: fc.uniqueArray(partition, { maxLength: partitionCount }),
        stale: fc.option(partition, { nil: undefined, freq: 5 }),
        writes,
        nowMs: time,
      }),
    },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('range' as const), partition, query }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('due' as const), kind, untilMs: time, limit }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('purge' as const), nowMs: time }) },
    { weight: 1, arbitrary: fc.constant({ type: 'openSnapshot' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'readSnapshot' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'readAll' as const }) },
  ),
  { minLength: 1, maxLength: 14 },
);

/** Every key that a sequence can write. */
export function allKeys(partitions: readonly string[]): RecordKey[] {
  return testKinds.flatMap((of) => {
    return partitions.flatMap((name) => recordIds.map((id) => ({ kind: of, partition: name, id })));
  });
}
