import { expect, test } from 'vitest';

import { shortSpansOf } from './shortfall-spans.ts';
import { parseWeek, quarterMs } from './weeks.ts';

const weekMs = parseWeek('2026-11-30')!;

function shortfalls(from: string, quarters: number, reservableGb: number) {
  return Array.from({ length: quarters }, (_, index) => ({
    startsAt: new Date(Date.parse(from) + index * quarterMs).toISOString(),
    requestedGb: 768,
    reservableGb,
    reason: 'insufficient_capacity' as const,
  }));
}

test('what doesn’t fit is shown by day, and no more than the week', () => {
  const figures = { requestedGb: 768, reservableGb: 512 };
  expect(shortSpansOf(shortfalls('2026-12-01T23:30:00Z', 4, 512), weekMs)).toEqual([
    { day: 1, fromQuarter: 94, toQuarter: 96, ...figures },
    { day: 2, fromQuarter: 0, toQuarter: 2, ...figures },
  ]);
  expect(shortSpansOf(shortfalls('2026-12-06T23:30:00Z', 4, 512), weekMs)).toEqual([
    { day: 6, fromQuarter: 94, toQuarter: 96, ...figures },
  ]);
  expect(shortSpansOf(shortfalls('2026-12-08T00:00:00Z', 4, 512), weekMs)).toEqual([]);
});

test('stretches with other figures are apart', () => {
  const mixed = [...shortfalls('2026-12-01T10:00:00Z', 2, 512), ...shortfalls('2026-12-01T10:30:00Z', 1, 0)];
  expect(shortSpansOf(mixed, weekMs).map(({ reservableGb, fromQuarter }) => [fromQuarter, reservableGb])).toEqual([
    [40, 512],
    [42, 0],
  ]);
});
