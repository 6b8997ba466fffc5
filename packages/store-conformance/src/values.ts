import type { RecordValue, Store } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import type { StoreUnderTest } from './store-under-test.ts';
import { deadlineMs, newPartition, notes, startMs, tickets } from './test-kinds.ts';
import { put, valueOf, write } from './writing.ts';

/** As JSON text, because an object literal can't have `__proto__` as a member. */
const texts: Readonly<Record<string, string>> = {
  'keys that mean something to a database':
    '{"$where":"1","$set":{"$inc":{"a":1}},"a.b":{"c.d.":1,".":2},"_id":"x","body":"y","id":1}',
  'keys that mean something to JavaScript':
    '{"a":{"__proto__":{"polluted":true},"constructor":{"prototype":1}},"__proto__":[1],"toString":"t","length":0}',
  'empty and unusual keys': '{"":"empty"," ":1,"\\u0001":2,"😀":3,"\\u0000":4,"a\\u0000b":5,"0":6,"-1":7}',
  'nothing at all': '{}',
  'empty things': '{"array":[],"object":{},"text":"","arrays":[[],[[]],{}]}',
  'nulls and booleans': '{"a":null,"b":[null,{"c":null}],"t":true,"f":[false]}',
  numbers:
    '{"n":[0,1,-1,1.5,-0.1,1e-7,1e21,5e-324,1.7976931348623157e308,2147483648,4294967296,9007199254740991,-9007199254740991,0.1,3.0]}',
  text: '{"t":["\\u0000","a\\u0000b","\\u001f","\\"\\\\","\\n\\t","é","e\\u0301","😀","\\ufffd","\\uffff","\\u2028"]}',
  'lone surrogates in free-form text': '{"t":["\\ud800","a\\udc00b","\\udc00\\ud800"]}',
  'a hundred and fifty levels': `{"a":${'['.repeat(150)}1${']'.repeat(150)}}`,
  'what looks like another format':
    '{"$oid":"507f1f77bcf86cd799439011","$date":"2020-01-01T00:00:00Z","$numberLong":"1","t":"2020-01-01T00:00:00.000Z","_bsontype":"Long"}',
};

export function testValues(opened: () => StoreUnderTest): void {
  const store = (): Store => opened().store;

  for (const [title, text] of Object.entries(texts)) {
    test(`come back as they were: ${title}`, async () => {
      const partition = newPartition();
      const value = JSON.parse(text) as RecordValue;
      await write(store(), [
        put(notes, partition, 'a', value),
        put(tickets, partition, 'b', { ...value, owner: 'ada' }),
      ]);
      // As text, because that compares every member, `__proto__` too.
      expect(JSON.stringify(await valueOf(store(), { kind: notes, partition, id: 'a' }))).toBe(JSON.stringify(value));
      const { ranges } = await store().read({ ranges: [{ kind: tickets, partition, index: 'byOwner', limit: 1 }] });
      expect(JSON.stringify(ranges[0]![0]!.value)).toBe(JSON.stringify({ ...value, owner: 'ada' }));
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    });
  }

  test('a large value comes back whole', async () => {
    const partition = newPartition();
    const value = { text: 'x€😀'.repeat(20_000) };
    await write(store(), [put(notes, partition, 'a', value)]);
    expect(await valueOf(store(), { kind: notes, partition, id: 'a' })).toEqual(value);
  });

  test('ids and index fields are data, not language', async () => {
    const partition = newPartition();
    const ids = [
      "'; DROP TABLE notes; --",
      '"',
      '%',
      '_',
      '*',
      '$where',
      '{"$gt":""}',
      '..',
      '\\',
      '?1',
      '__proto__',
      'constructor',
    ];
    await write(
      store(),
      ids.map((id) => put(tickets, partition, id, { owner: id })),
    );
    for (const id of ids) {
      expect(await valueOf(store(), { kind: tickets, partition, id })).toEqual({ owner: id });
      const query = { kind: tickets, partition, index: 'byOwner', equals: [id], limit: 9 };
      expect((await store().read({ ranges: [query] })).ranges).toEqual([[{ id, value: { owner: id } }]]);
    }
  });

  test('changing what was written or read changes nothing that is stored', async () => {
    const partition = newPartition();
    const key = { kind: tickets, partition, id: 'a' };
    const query = { kind: tickets, partition, index: 'byOwner', limit: 1 };
    const mine = { owner: 'ada', list: [1], inside: { deep: [{ n: 1 }] } };
    const kept = structuredClone(mine);
    const head = { version: 1, nowMs: startMs, sequence: 1 };
    const commit = { heads: [{ partition, expectedVersion: 0, head }], writes: [put(tickets, partition, 'a', mine)] };
    await store().commit({ ...commit, nowMs: startMs }, deadlineMs);
    const read = () => store().read({ heads: [partition], records: [key], ranges: [query] });
    const expected = { heads: [{ ...head }], records: [kept], ranges: [[{ id: 'a', value: kept }]] };

    mine.list.push(2);
    mine.inside.deep[0]!.n = 2;
    head.version = 2;
    const theirs = await read();
    expect(theirs).toEqual(expected);
    const [record, row] = [theirs.records[0] as typeof mine, theirs.ranges[0]![0] as { value: unknown }];
    const changes = [
      () => record.list.push(3),
      () => (record.owner = 'bob'),
      () => (record.inside.deep[0]!.n = 3),
      () => ((row.value as typeof mine).inside.deep = []),
      () => (row.value = {}),
      () => ((theirs.heads[0] as typeof head).version = 3),
    ];
    for (const change of changes) {
      try {
        change();
      } catch {
        // A frozen value is as good.
      }
    }
    expect(await read()).toEqual(expected);
  });
}
