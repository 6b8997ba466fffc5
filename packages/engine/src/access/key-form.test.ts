import fc from 'fast-check';
import { expect, test } from 'vitest';

import { checkKeyForm, displayOf, toKeyText } from './key-form.ts';

const seeds = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const keys = seeds.map((seed) => toKeyText('hf_live_', seed));

function replaceAt(text: string, index: number, character: string): string {
  return text.slice(0, index) + character + text.slice(index + 1);
}

test('a key has the form that secret scanners look for, keeps all of its 256 bits, and has a right checksum', () => {
  fc.assert(
    fc.property(seeds, seeds, (seed, other) => {
      const key = toKeyText('hf_test_', seed);
      expect(key).toMatch(/^hf_test_[0-9A-Za-z]{49}$/u);
      expect(checkKeyForm(key)).toBe('right');
      expect(key === toKeyText('hf_test_', other)).toBe(seed === other);
    }),
  );
});

test('the checksum is the CRC-32 of zlib in base62', () => {
  // crc32 of `hf_live_` and 43 zeros is 0x268d8d2f.
  expect(toKeyText('hf_live_', '0'.repeat(64))).toBe(`hf_live_${'0'.repeat(43)}0hlx4J`);
});

test('a key with one wrong character, or two neighbours swapped, is known by its checksum', () => {
  fc.assert(
    fc.property(keys, fc.nat({ max: 48 }), fc.constantFrom(...'0aZ9'), (key, place, character) => {
      const index = 'hf_live_'.length + place;
      fc.pre(key.charAt(index) !== character);
      expect(checkKeyForm(replaceAt(key, index, character))).toBe('wrong');
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(keys, fc.nat({ max: 47 }), (key, place) => {
      const index = 'hf_live_'.length + place;
      fc.pre(key.charAt(index) !== key.charAt(index + 1));
      const swapped = replaceAt(replaceAt(key, index, key.charAt(index + 1)), index + 1, key.charAt(index));
      expect(checkKeyForm(swapped)).toBe('wrong');
    }),
    { numRuns: 2_000 },
  );
});

test.each(['', 'key', `hf_live_${'a'.repeat(43)}`, `hf_live_${'a'.repeat(50)}`, `sk_live_${'a'.repeat(49)}`])(
  'has no opinion of %j: it may be a key from before, or one that an operator chose',
  (key) => {
    expect(checkKeyForm(key)).toBe('other');
  },
);

test('shows enough of a key to recognise it, and no more', () => {
  expect(displayOf(`hf_live_x310${'a'.repeat(40)}VsBWd`)).toBe('hf_live_x310…VsBWd');
});
