import { expect, test } from 'vitest';

import { describeSelection } from './selection-words.ts';
import { utcRange } from './utc-range.ts';
import { parseWeek } from './weeks.ts';

const weekMs = parseWeek('2026-11-30')!;

test('a selection is told by its days and hours', () => {
  const [monday, tuesday] = [0, 1].map((day) => ({ day, fromQuarter: 36, toQuarter: 48 }));
  const night = [
    { day: 0, fromQuarter: 88, toQuarter: 96 },
    { day: 1, fromQuarter: 0, toQuarter: 8 },
  ];
  expect(describeSelection([], 'sameHours', weekMs)).toBe('');
  expect(describeSelection([monday!], 'sameHours', weekMs)).toBe('Mon, Nov 30, 09:00–12:00');
  expect(describeSelection([monday!, tuesday!], 'sameHours', weekMs)).toBe(
    'Mon, Nov 30 – Tue, Dec 1, 09:00–12:00 each day',
  );
  expect(describeSelection(night, 'through', weekMs)).toBe('Mon, Nov 30, 22:00 – Tue, Dec 1, 02:00');
});

test('a stretch of time names its day, and the end of a day as 24:00', () => {
  const range = (from: string, to: string) => utcRange(Date.parse(from), Date.parse(to));
  expect(range('2026-11-30T22:00:00Z', '2026-12-01T00:00:00Z')).toBe('Mon, Nov 30, 22:00–24:00');
  expect(range('2026-11-30T22:00:00Z', '2026-12-01T00:15:00Z')).toBe('Mon, Nov 30, 22:00 – Tue, Dec 1, 00:15');
});
