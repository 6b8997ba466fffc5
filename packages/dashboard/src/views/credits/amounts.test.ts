import { describe, expect, test } from 'vitest';

import { formatCredits } from '../../ui/format.ts';
import { formatChange, formatPrice, parseCredits, parseUnits } from './amounts.ts';

describe('credits', () => {
  test.each([
    [0, '0'],
    [1, '0.001'],
    [12_345, '12.345'],
    [50_000, '50'],
    [-1_500, '-1.5'],
    [1_234_567_080, '1,234,567.08'],
    [Number.MAX_SAFE_INTEGER, '9,007,199,254,740.991'],
    [-Number.MAX_SAFE_INTEGER, '-9,007,199,254,740.991'],
  ])('of %d millicredits are %s, both ways', (millicredits, text) => {
    expect(formatCredits(millicredits)).toBe(text);
    expect(parseCredits(text)).toBe(millicredits);
  });

  test('are read as people type them', () => {
    expect([' 12 ', '+12', '−0.5', '1 000'].map(parseCredits)).toEqual([12_000, 12_000, -500, 1_000_000]);
  });

  test.each(['', '-', 'ten', '1.2345', '1e3', '.5', '9007199254740.992'])('are not read from “%s”', (text) => {
    expect(parseCredits(text)).toBeUndefined();
  });

  test('that were added or taken away have a sign', () => {
    expect([1_000, 0, -1_000].map(formatChange)).toEqual(['+1', '0', '-1']);
  });
});

test('units are whole numbers', () => {
  expect(['1,000,000', '0', '-1', '1.5', '', '9007199254740993'].map(parseUnits)).toEqual([
    1_000_000,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a price has as many decimals as its currency', () => {
  expect(formatPrice(1_900, 'EUR')).toBe('€19.00');
  expect(formatPrice(1_900, 'JPY')).toBe('¥1,900');
  expect(formatPrice(1_900, null)).toBe('1,900');
});
