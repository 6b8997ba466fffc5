import { expect, test } from 'vitest';

import { LoadedRecords } from '../../testing/loaded-records.ts';
import { policies } from './policies.ts';
import { limited } from './process/testing/fleet.ts';
import { limitWindowKind } from './records.ts';
import { takeBack, takeSlice } from './rules.ts';

const window = { partition: 'p', id: 'w', endMs: 60_000 };
const caller = limited({ opsPerMinute: 5_000 });
const asker = { caller, policy: policies.minute, limit: 5_000, keptMs: 1_000 };

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
  ['no more than a limit that is only counted leaves', { granted: 4_999, wanted: 1_000, cap: Infinity }, 1],
  ['nothing beyond it that nobody waits for', { granted: 5_000, wanted: 9, cap: Infinity, asker: null }, 0],
])('a slice is %s', (_, { granted, ...request }, units) => {
  const records = new LoadedRecords();
  if (granted > 0) records.put(limitWindowKind, 'p', 'w', { granted, purgeAtMs: 0 });
  const slice = takeSlice(records, window, { limit: 5_000, cap: 5_000, parts: 50, asker, ...request }, 0);
  expect(slice).toEqual({ units, granted: granted + units });
  const kept = records.get(limitWindowKind, 'p', 'w');
  expect(kept?.granted ?? 0).toBe(granted + units);
  if (units > 0) expect(kept?.purgeAtMs).toBe(60_000 + 3_600_000);
});

test('the first request that finds nothing left is announced, and no other of its window', () => {
  const records = new LoadedRecords();
  const take = (request: object) => {
    takeSlice(records, window, { limit: 2, cap: 2, parts: 1, wanted: 2, asker, ...request }, 30_000);
    return records.announcements.length;
  };
  // The last units, what is taken ahead, two requests; and again after a process has given something back.
  const counts = [take({}), take({}), take({ asker: null }), take({}), take({})];
  takeBack(records, window, 1);
  expect([...counts, take({}), take({})]).toEqual([0, 0, 0, 1, 1, 1, 1]);
});
