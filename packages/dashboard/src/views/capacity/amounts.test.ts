import { expect, test } from 'vitest';

import { formatDollars, formatGbHours, formatShare, parseGb } from './amounts.ts';

test('what can be booked is a positive multiple of 4 GB', () => {
  expect([' 64 ', '1,024'].map(parseGb)).toEqual([64, 1_024]);
  expect(['', '0', '6', '-4', '4.0', '1e3', 'many'].map(parseGb)).toEqual(Array(7).fill(undefined));
});

test('costs are dollars, with more than cents only where there is no whole one', () => {
  expect([0, 12_500, 1, 1_500_000, 1_234_567_890].map(formatDollars)).toEqual([
    '$0.00',
    '$0.0125',
    '$0.000001',
    '$1.50',
    '$1,234.57',
  ]);
});

test('amounts are shown in hours, and shares as percent', () => {
  expect(formatGbHours(14_400)).toBe('4');
  expect([formatShare(1, 3), formatShare(0, 0)]).toEqual(['33%', '–']);
});
