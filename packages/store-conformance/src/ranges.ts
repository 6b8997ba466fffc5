import type { IndexValue, RangeQuery, Store, StoredRecord } from '@holdfast/engine/store';
import { expect, test } from 'vitest';

import type { StoreUnderTest } from './store-under-test.ts';
import { happenings, newPartition, notes, startMs, tickets } from './test-kinds.ts';
import { idsOf, put, remove, write } from './writing.ts';

export function testRanges(opened: () => StoreUnderTest): void {
  const store = (): Store => opened().store;
  const range = async (query: RangeQuery): Promise<readonly StoredRecord[]> => {
    return (await store().read({ ranges: [query] })).ranges[0]!;
  };
  const idsIn = async (query: RangeQuery): Promise<string[]> => idsOf(await range(query));

  test('by id: bounds, position, direction and limit', async () => {
    const partition = newPartition();
    await write(
      store(),
      ['d', 'a', 'c', 'b', 'e'].map((id) => put(notes, partition, id, { id })),
    );
    const all = { kind: notes, partition, limit: 99 };
    expect(await idsIn(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await idsIn({ ...all, descending: true })).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await idsIn({ ...all, limit: 2 })).toEqual(['a', 'b']);
    expect(await idsIn({ ...all, descending: true, limit: 2 })).toEqual(['e', 'd']);
    expect(await idsIn({ ...all, from: 'b', to: 'd' })).toEqual(['b', 'c']);
    expect(await idsIn({ ...all, from: 'b', to: 'd', descending: true })).toEqual(['c', 'b']);
    expect(await idsIn({ ...all, after: ['b'] })).toEqual(['c', 'd', 'e']);
    expect(await idsIn({ ...all, after: ['b'], descending: true })).toEqual(['a']);
    expect(await idsIn({ ...all, from: 'b', to: 'e', after: ['c'] })).toEqual(['d']);
    expect(await idsIn({ ...all, from: 'b', to: 'e', after: ['c'], descending: true })).toEqual(['b']);
    expect(await idsIn({ ...all, from: 'c', after: ['a'] })).toEqual(['c', 'd', 'e']);
    expect(await idsIn({ ...all, to: 'c', after: ['e'], descending: true })).toEqual(['b', 'a']);
    expect(await idsIn({ ...all, from: 'c', to: 'c' })).toEqual([]);
    expect(await idsIn({ ...all, equals: ['c'] })).toEqual(['c']);
    expect(await range({ ...all, limit: 1 })).toEqual([{ id: 'a', value: { id: 'a' } }]);
    expect(await idsIn({ ...all, partition: newPartition() })).toEqual([]);
  });

  test('by an index of two fields: equals, bounds on the next field, position', async () => {
    const partition = newPartition();
    const rows: [string, string, number][] = [
      ['1', 'ada', 30],
      ['2', 'ada', 10],
      ['3', 'bob', 20],
      ['4', 'ada', 20],
      ['5', 'ada', 20],
      ['6', 'adam', 0],
    ];
    await write(
      store(),
      rows.map(([id, owner, rank]) => put(tickets, partition, id, { owner, rank })),
    );
    const all = { kind: tickets, partition, index: 'byOwnerAndRank', limit: 99 };
    expect(await idsIn(all)).toEqual(['2', '4', '5', '1', '6', '3']);
    expect(await idsIn({ ...all, descending: true })).toEqual(['3', '6', '1', '5', '4', '2']);
    const ofAda = { ...all, equals: ['ada'] };
    expect(await idsIn(ofAda)).toEqual(['2', '4', '5', '1']);
    expect(await idsIn({ ...ofAda, from: 20 })).toEqual(['4', '5', '1']);
    expect(await idsIn({ ...ofAda, from: 10, to: 20 })).toEqual(['2']);
    expect(await idsIn({ ...ofAda, to: 30, descending: true, limit: 2 })).toEqual(['5', '4']);
    expect(await idsIn({ ...ofAda, after: [20, '4'] })).toEqual(['5', '1']);
    expect(await idsIn({ ...ofAda, after: [20, '4'], descending: true })).toEqual(['2']);
    expect(await idsIn({ ...ofAda, from: 15, to: 25, after: [20, '4'] })).toEqual(['5']);
    expect(await idsIn({ ...all, equals: ['ada', 20] })).toEqual(['4', '5']);
    expect(await idsIn({ ...all, equals: ['ada', 20], from: '5' })).toEqual(['5']);
    expect(await idsIn({ ...all, equals: ['ada', 20], after: ['4'] })).toEqual(['5']);
    expect(await idsIn({ ...all, equals: ['ada', 20, '4'] })).toEqual(['4']);
    expect(await idsIn({ ...all, from: 'adam' })).toEqual(['6', '3']);
    expect(await idsIn({ ...all, after: ['ada', 20, '5'] })).toEqual(['1', '6', '3']);
    expect(await idsIn({ ...all, from: 'adam', to: 'adan', after: ['ada', 20, '5'] })).toEqual(['6']);
    expect(await idsIn({ kind: tickets, partition, index: 'by-rank', from: 20, limit: 9 })).toEqual([
      '3',
      '4',
      '5',
      '1',
    ]);
  });

  test('a record that lacks a field of an index, or has null there, is not in that index', async () => {
    const partition = newPartition();
    await write(store(), [
      put(tickets, partition, 'both', { owner: 'ada', rank: 1 }),
      put(tickets, partition, 'no-rank', { owner: 'ada' }),
      put(tickets, partition, 'null-rank', { owner: 'ada', rank: null }),
      put(tickets, partition, 'null-owner', { owner: null, rank: 2 }),
      put(tickets, partition, 'neither', {}),
    ]);
    const of = (index: string) => idsIn({ kind: tickets, partition, index, limit: 99 });
    expect(await of('byOwner')).toEqual(['both', 'no-rank', 'null-rank']);
    expect(await of('by-rank')).toEqual(['both', 'null-owner']);
    expect(await of('byOwnerAndRank')).toEqual(['both']);
    expect(await idsIn({ kind: tickets, partition, index: 'byOwnerAndRank', descending: true, limit: 9 })).toEqual([
      'both',
    ]);
    await write(store(), [
      put(tickets, partition, 'both', { owner: 'ada', rank: null }),
      put(tickets, partition, 'neither', { owner: 'bob', rank: 7 }),
    ]);
    expect(await of('byOwnerAndRank')).toEqual(['neither']);
    expect(await of('byOwner')).toEqual(['both', 'no-rank', 'null-rank', 'neither']);
  });

  test('a changed record is found by its new values only', async () => {
    const partition = newPartition();
    await write(store(), [put(tickets, partition, 'a', { owner: 'ada', rank: 1 })]);
    await write(store(), [put(tickets, partition, 'a', { owner: 'bob', rank: 1 })]);
    const byOwner = { kind: tickets, partition, index: 'byOwner', limit: 9 };
    expect(await idsIn({ ...byOwner, equals: ['ada'] })).toEqual([]);
    expect(await range({ ...byOwner, equals: ['bob'] })).toEqual([{ id: 'a', value: { owner: 'bob', rank: 1 } }]);
    await write(store(), [remove(tickets, partition, 'a')]);
    expect(await range(byOwner)).toEqual([]);
  });

  test('strings order by code point, in ids and in index fields', async () => {
    const partition = newPartition();
    // By UTF-16 units 😀 (d83d de00) would come before ﹏ and �; by a language's rules É would come near e.
    const inOrder = [
      ' ',
      'A',
      'Z',
      'a',
      'a\u001f',
      'a\u001fb',
      'a!',
      'aa',
      'b',
      'É',
      'é',
      '\ud7ff',
      '\ue000',
      '﹏',
      '\ufffd',
      '😀',
      '😀a',
      '\u{10ffff}',
    ];
    const shuffled = inOrder
      .map((text, index) => ({ text, at: (index * 7) % inOrder.length }))
      .sort((a, b) => a.at - b.at);
    await write(
      store(),
      shuffled.map(({ text }) => put(tickets, partition, text, { owner: text })),
    );
    const byId = { kind: tickets, partition, limit: 99 };
    const byOwner = { ...byId, index: 'byOwner' };
    expect(await idsIn(byId)).toEqual(inOrder);
    expect(await idsIn(byOwner)).toEqual(inOrder);
    expect(await idsIn({ ...byId, descending: true })).toEqual(inOrder.toReversed());
    for (const [index, text] of inOrder.entries()) {
      expect(await idsIn({ ...byId, from: text })).toEqual(inOrder.slice(index));
      expect(await idsIn({ ...byOwner, to: text })).toEqual(inOrder.slice(0, index));
      expect(await idsIn({ ...byOwner, after: [text, text] })).toEqual(inOrder.slice(index + 1));
    }
  });

  test('numbers order by value, from the most negative to the largest safe integer', async () => {
    const partition = newPartition();
    const largest = Number.MAX_SAFE_INTEGER;
    const inOrder = [-largest, -1_000, -1.5, -1, 0, 0.25, 1, 2, 10, 2 ** 31, startMs, largest - 1, largest];
    await write(
      store(),
      inOrder.map((rank) => put(tickets, partition, `id${rank}`, { rank })),
    );
    const byRank = { kind: tickets, partition, index: 'by-rank', limit: 99 };
    const ranks = async (query: RangeQuery) => (await range(query)).map(({ value }) => value['rank']);
    expect(await ranks(byRank)).toEqual(inOrder);
    expect(await ranks({ ...byRank, descending: true })).toEqual(inOrder.toReversed());
    expect(await ranks({ ...byRank, equals: [largest] })).toEqual([largest]);
    expect(await ranks({ ...byRank, from: largest - 1, to: largest })).toEqual([largest - 1]);
    expect(await ranks({ ...byRank, from: -1.5, to: 0.25 })).toEqual([-1.5, -1, 0]);
    expect(await ranks({ ...byRank, after: [largest - 1, `id${largest - 1}`] })).toEqual([largest]);
  });

  test('pages never skip or repeat a row that stays, while equal values come and go around the position', async () => {
    for (const descending of [false, true]) {
      const partition = newPartition();
      const staying = Array.from({ length: 40 }, (_, index) => `stays-${String(index).padStart(2, '0')}`);
      const rankOf = (id: string): number => Number(id.slice(-1)) % 3;
      const ticket = (id: string) => put(tickets, partition, id, { owner: 'ada', rank: rankOf(id) });
      await write(store(), staying.map(ticket));
      const seen: string[] = [];
      let after: readonly IndexValue[] | undefined;
      for (let page = 0; ; page += 1) {
        const query = { kind: tickets, partition, index: 'byOwnerAndRank', equals: ['ada'], descending, limit: 7 };
        const rows = await range(after ? { ...query, after } : query);
        if (rows.length === 0) break;
        seen.push(...idsOf(rows).filter((id) => id.startsWith('stays-')));
        const last = rows.at(-1)!;
        after = [last.value['rank'] as number, last.id];
        // The row at the position goes, others with its values come before and after it, and go again.
        const going = Array.from({ length: 4 }, (_, index) => `goes-${page}${index}`);
        const gone = last.id.startsWith('goes-') ? [remove(tickets, partition, last.id)] : [];
        await write(store(), [...going.map(ticket), ...gone]);
        await write(
          store(),
          going.slice(0, 3).map((id) => remove(tickets, partition, id)),
        );
      }
      const expected = staying.toSorted((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
      expect(seen).toEqual(descending ? expected.reverse() : expected);
    }
  });

  test('a position need not be that of a record that is still there', async () => {
    const partition = newPartition();
    await write(
      store(),
      ['a', 'b', 'c'].map((id, index) => put(happenings, partition, id, { atMs: startMs, sequence: index })),
    );
    await write(store(), [remove(happenings, partition, 'b')]);
    const byTime = { kind: happenings, partition, index: 'byTime', after: [startMs, 1, 'b'], limit: 9 };
    expect(await idsIn(byTime)).toEqual(['c']);
    expect(await idsIn({ ...byTime, descending: true })).toEqual(['a']);
  });

  test('answers come in the order of the questions', async () => {
    const [one, other] = [newPartition(), newPartition()];
    await write(store(), [put(notes, one, 'a', { n: 1 }), put(notes, one, 'b', { n: 2 })]);
    await write(store(), [put(tickets, other, 'a', { n: 3, rank: 1 })]);
    const answer = await store().read({
      heads: [other, newPartition(), one],
      records: [
        { kind: tickets, partition: other, id: 'a' },
        { kind: notes, partition: one, id: 'none' },
        { kind: notes, partition: one, id: 'b' },
        { kind: notes, partition: one, id: 'a' },
        { kind: notes, partition: one, id: 'b' },
      ],
      ranges: [
        { kind: tickets, partition: other, index: 'by-rank', limit: 9 },
        { kind: notes, partition: other, limit: 9 },
        { kind: notes, partition: one, descending: true, limit: 9 },
      ],
    });
    expect(answer.heads.map(({ version }) => version)).toEqual([1, 0, 1]);
    expect(answer.records).toEqual([{ n: 3, rank: 1 }, undefined, { n: 2 }, { n: 1 }, { n: 2 }]);
    expect(answer.ranges.map(idsOf)).toEqual([['a'], [], ['b', 'a']]);
    expect(await store().read({})).toEqual({ heads: [], records: [], ranges: [] });
  });
}
