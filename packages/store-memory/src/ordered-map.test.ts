import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Epochs, OrderedMap } from './ordered-map.ts';
import type { View } from './ordered-map.ts';
import { behindKeys, toSortable, toSortableKey } from './sortable-key.ts';

const everything = { from: '', to: behindKeys([]), limit: Number.POSITIVE_INFINITY };

function entriesOf(map: OrderedMap<number>, view?: View): number[] {
  return map.scan(everything, view);
}

/** Orders as the number does. */
function keyOf(...components: readonly (string | number)[]): string {
  return toSortableKey(components);
}

describe('an ordered map', () => {
  test('is what a sorted list is, through growth, shrinking and views', () => {
    const operation = fc.tuple(
      fc.constantFrom('set', 'set', 'delete', 'fill', 'clear', 'view', 'close'),
      fc.nat({ max: 3_000 }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120, minLength: 20 }), (operations) => {
        const epochs = new Epochs();
        const map = new OrderedMap<number>(epochs);
        const model = new Map<number, number>();
        const views: { view: View; expected: number[] }[] = [];
        const sorted = () => [...model.keys()].sort((a, b) => a - b).map((key) => model.get(key)!);
        const set = (key: number, value: number) => {
          expect(map.set(keyOf('p', key), value)).toBe(model.get(key));
          model.set(key, value);
        };
        const remove = (key: number) => {
          expect(map.delete(keyOf('p', key))).toBe(model.get(key));
          model.delete(key);
        };
        operations.forEach(([name, key], step) => {
          if (name === 'set') set(key, step);
          if (name === 'delete') remove(key);
          if (name === 'fill') for (let next = 0; next < 200; next += 1) set((key * 31 + next * 17) % 3_000, step);
          if (name === 'clear') for (const one of [...model.keys()].filter((any) => any % 3 !== key % 3)) remove(one);
          if (name === 'view') views.push({ view: epochs.openView(), expected: sorted() });
          if (name === 'close') views.splice(key % (views.length + 1), 1).forEach(({ view }) => epochs.closeView(view));
          expect(map.get(keyOf('p', key))).toBe(model.get(key));
        });
        expect(entriesOf(map)).toEqual(sorted());
        expect(map.scan({ ...everything, limit: 10, descending: true })).toEqual(sorted().reverse().slice(0, 10));
        for (const { view, expected } of views) expect(entriesOf(map, view)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('scans between any two positions', () => {
    const map = new OrderedMap<number>(new Epochs());
    const keys = Array.from({ length: 2_000 }, (_, index) => keyOf(index % 40, `id-${index % 7}`, index));
    for (const [index, key] of keys.entries()) map.set(key, index);
    const components = fc.constantFrom<(string | number)[]>(
      [],
      [3],
      [17, 'id-3'],
      [17, 'id-3', 857],
      [17, 'id-4', 0],
      [39],
      [40],
      [-1],
    );
    const position = fc.tuple(components, fc.constantFrom(toSortableKey, behindKeys)).map(([key, at]) => at(key));
    fc.assert(
      fc.property(position, position, fc.boolean(), fc.integer({ min: 1, max: 300 }), (from, to, descending, limit) => {
        const inside = keys.filter((key) => key >= from && key < to).sort();
        const expected = (descending ? inside.reverse() : inside).slice(0, limit).map((key) => keys.indexOf(key));
        expect(map.scan({ from, to, limit, descending })).toEqual(expected);
      }),
    );
  });

  test('gives back its room: a queue that is filled and emptied does not slow down', () => {
    const map = new OrderedMap<number>(new Epochs());
    for (let index = 0; index < 20_000; index += 1) {
      map.set(keyOf(index), index);
      if (index >= 50) map.delete(keyOf(index - 50));
    }
    expect(entriesOf(map)).toHaveLength(50);
    expect(map.nodeCount()).toBeLessThan(10);
  });
});

describe('sortable keys', () => {
  const text = fc.string({
    unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), few()),
    maxLength: 4,
  });
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1));
  const components = fc.tuple(text, number, text);

  test('order by code point', () => {
    const codePoints = (one: string) => [...one].map((character) => character.codePointAt(0)!);
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(orderOf(toSortable(one), toSortable(other))).toBe(compareByNumber(codePoints(one), codePoints(other)));
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

  test('order by their components, first to last, numbers by value', () => {
    const expected = (one: readonly (string | number)[], other: typeof one) => {
      const orders = one.map((component, index) =>
        typeof component === 'number'
          ? Math.sign(component - (other[index] as number)) || 0
          : orderOf(toSortable(component), toSortable(other[index] as string)),
      );
      return orders.find((order) => order !== 0) ?? 0;
    };
    fc.assert(
      fc.property(components, components, (one, other) => {
        expect(orderOf(toSortableKey(one), toSortableKey(other))).toBe(expected(one, other));
        const sameBeginning = [one[0], ...other.slice(1)] as typeof one;
        expect(orderOf(toSortableKey(one), toSortableKey(sameBeginning))).toBe(expected(one, sameBeginning));
      }),
    );
  });

  test('lie between the positions before and behind what they start with, and no others do', () => {
    fc.assert(
      fc.property(components, components, fc.nat({ max: 3 }), (one, other, length) => {
        const beginning = one.slice(0, length);
        const isWithin = (key: string) => key >= toSortableKey(beginning) && key < behindKeys(beginning);
        expect(isWithin(toSortableKey(one))).toBe(true);
        const startsSo = beginning.every((component, index) => component === other[index]);
        expect(isWithin(toSortableKey(other))).toBe(startsSo);
      }),
    );
  });
});

/** Characters that keys are put together with, and some beside them. */
function few() {
  return fc.constantFrom('\u0000', '\u0001', '\u0002', 'a');
}

function orderOf(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function compareByNumber(one: number[], other: number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? -1) - (other[index] ?? -1);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
