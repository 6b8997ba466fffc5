import { expect, test } from 'vitest';

import { LoadedRecords } from '../../testing/loaded-records.ts';
import { limitWindowKind } from './records.ts';
import { takeSlice } from './rules.ts';

const window = { partition: 'p', id: 'w', endMs: 60_000 };

test.each([
  ['a fiftieth, under load', { granted: 0, wanted: 1_000 }, 100],
  ['a tenth, where there is one process', { granted: 0, wanted: 1_000, parts: 10 }, 500],
  ['as much as was used lately, if that is less', { granted: 0, wanted: 3 }, 3],
  ['one, if nothing was', { granted: 0, wanted: 0 }, 1],
  ['an eighth of the rest, near the end', { granted: 4_600, wanted: 1_000 }, 50],
  ['the last', { granted: 4_999, wanted: 1_000 }, 1],
  ['nothing at the limit', { granted: 5_000, wanted: 1_000 }, 0],
  ['nothing over a limit that was lowered', { granted: 6_000, wanted: 1_000 }, 0],
  ['as much as ever over a limit that is only counted', { granted: 6_000, wanted: 1_000, cap: Infinity }, 100],
])('a slice is %s', (_, { granted, ...request }, units) => {
  const records = new LoadedRecords();
  if (granted > 0) records.put(limitWindowKind, 'p', 'w', { granted, purgeAtMs: 0 });
  const slice = takeSlice(records, window, { limit: 5_000, cap: 5_000, parts: 50, ...request });
  expect(slice).toEqual({ units, granted: granted + units });
  const kept = { granted: granted + units, purgeAtMs: 60_000 + 3_600_000 };
  expect(records.get(limitWindowKind, 'p', 'w')).toEqual(
    units > 0 ? kept : granted > 0 ? { granted, purgeAtMs: 0 } : undefined,
  );
});
