import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { OrderedMap } from './ordered-map.ts';
import type { Epoch } from './ordered-map.ts';
import { compareKeys, isBefore, precedes, toSortable } from './sortable-key.ts';
import type { Position, SortableKey } from './sortable-key.ts';

const everything: [Position, Position] = [
  { key: [], after: false },
  { key: [], after: true },
];

function entriesOf(map: OrderedMap<number>): number[] {
  return map.scan(...everything, Number.POSITIVE_INFINITY);
}

describe('an ordered map', () => {
  test('is what a sorted list is, through growth, shrinking and views', () => {
    const operation = fc.tuple(
      fc.constantFrom('set', 'set', 'delete', 'fill', 'clear', 'view'),
      fc.nat({ max: 3_000 }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120, minLength: 20 }), (operations) => {
        const epoch: Epoch = { current: 0 };
        const map = new OrderedMap<number>(epoch);
        const model = new Map<number, number>();
        const views: { view: OrderedMap<number>; expected: number[] }[] = [];
        const sorted = () => [...model.keys()].sort((a, b) => a - b).map((key) => model.get(key)!);
        const set = (key: number, value: number) => {
          map.set(['p', key], value);
          model.set(key, value);
        };
        const remove = (key: number) => {
          map.delete(['p', key]);
          model.delete(key);
        };
        operations.forEach(([name, key], step) => {
          if (name === 'set') set(key, step);
          if (name === 'delete') remove(key);
          if (name === 'fill') for (let next = 0; next < 200; next += 1) set((key * 31 + next * 17) % 3_000, step);
          if (name === 'clear') for (const one of [...model.keys()].filter((any) => any % 3 !== key % 3)) remove(one);
          if (name === 'view') {
            epoch.current += 1;
            views.push({ view: map.view(), expected: sorted() });
          }
          expect(map.get(['p', key])).toBe(model.get(key));
        });
        expect(entriesOf(map)).toEqual(sorted());
        expect(map.scan(...everything, 10, true)).toEqual(sorted().reverse().slice(0, 10));
        for (const { view, expected } of views) expect(entriesOf(view)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('scans between any two positions', () => {
    const map = new OrderedMap<number>({ current: 0 });
    const keys: SortableKey[] = Array.from({ length: 2_000 }, (_, index) => [index % 40, `id-${index % 7}`, index]);
    for (const [index, key] of keys.entries()) map.set(key, index);
    const position = fc.record({
      key: fc.constantFrom<SortableKey>([], [3], [17, 'id-3'], [17, 'id-3', 857], [17, 'id-4', 0], [39], [40], [-1]),
      after: fc.boolean(),
    });
    fc.assert(
      fc.property(position, position, fc.boolean(), fc.integer({ min: 1, max: 300 }), (from, to, descending, limit) => {
        const inside = keys.filter((key) => !isBefore(key, from) && isBefore(key, to)).sort(compareKeys);
        const expected = (descending ? inside.reverse() : inside).slice(0, limit).map((key) => key[2]);
        expect(map.scan(from, to, limit, descending)).toEqual(expected);
      }),
    );
  });

  test('gives back its room: a queue that is filled and emptied does not slow down', () => {
    const map = new OrderedMap<number>({ current: 0 });
    for (let index = 0; index < 20_000; index += 1) {
      map.set([index], index);
      if (index >= 50) map.delete([index - 50]);
    }
    expect(entriesOf(map)).toHaveLength(50);
    expect(map.nodeCount()).toBeLessThan(10);
  });
});

describe('sortable strings', () => {
  const text = fc.string({ unit: 'binary', maxLength: 4 });

  test('order by code point', () => {
    const codePoints = (one: string) => [...one].map((character) => character.codePointAt(0)!);
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(compareKeys([toSortable(one)], [toSortable(other)])).toBe(
          compareByNumber(codePoints(one), codePoints(other)),
        );
      }),
    );
    expect(toSortable('\ufffd') < toSortable('😀')).toBe(true);
  });

  test('stay different', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(toSortable(one) === toSortable(other)).toBe(one === other);
      }),
    );
  });

  test('positions are ordered as the keys that they lie between', () => {
    const components = fc.array(fc.nat({ max: 2 }), { maxLength: 3 });
    const position = fc.record({ key: components, after: fc.boolean() });
    const full = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c])));
    fc.assert(
      fc.property(position, position, (one, other) => {
        const countBefore = (place: Position) => full.filter((key) => isBefore(key, place)).length;
        if (precedes(one, other)) expect(countBefore(one)).toBeLessThanOrEqual(countBefore(other));
        else expect(countBefore(one)).toBeGreaterThanOrEqual(countBefore(other));
      }),
    );
  });
});

function compareByNumber(one: number[], other: number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? -1) - (other[index] ?? -1);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
