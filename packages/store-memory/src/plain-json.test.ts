import fc from 'fast-check';
import { expect, test } from 'vitest';

import { frozenCopy } from './plain-json.ts';

/** What JSON changes, or leaves out. */
const unusual = fc.constantFrom<unknown>(undefined, -0, Number.NaN, Infinity, () => 1, new Date(0), new Map([[1, 2]]));

function objectsIn(value: unknown): readonly object[] {
  return typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

test('a copy is what JSON makes of a value, shares nothing with it and can’t be changed', () => {
  const member = fc.oneof({ arbitrary: fc.jsonValue(), weight: 8 }, { arbitrary: unusual, weight: 1 });
  const name = fc.oneof(fc.string(), fc.constant('__proto__'));
  fc.assert(
    fc.property(fc.dictionary(name, fc.oneof(member, fc.array(member))), (value) => {
      const text = JSON.stringify(value);
      const copy = frozenCopy(value);
      expect(JSON.stringify(copy)).toBe(text);
      expect(copy).toEqual(JSON.parse(text));
      const theirs = new Set(objectsIn(value));
      for (const each of objectsIn(copy)) {
        expect(Object.isFrozen(each)).toBe(true);
        expect(theirs.has(each)).toBe(false);
      }
    }),
  );
  expect(() => frozenCopy({ n: 1n })).toThrow(TypeError);
});
