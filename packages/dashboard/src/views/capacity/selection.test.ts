import { describe, expect, test } from 'vitest';

import { cellOf, quartersIn, reduceSelection, spansFrom, spansOf } from './selection.ts';
import type { SelectionAction, SelectionState } from './selection.ts';
import { parseWeek } from './weeks.ts';

const start: SelectionState = { cursor: { day: 0, quarter: 0 }, anchor: undefined, isDragging: false };

function after(...actions: readonly SelectionAction[]): SelectionState {
  return actions.reduce(reduceSelection, start);
}

const cell = (day: number, quarter: number) => ({ day, quarter });

describe('dragging', () => {
  test('selects the same hours of each day, in whatever direction', () => {
    const spans = [1, 2].map((day) => ({ day, fromQuarter: 36, toQuarter: 41 }));
    const corners = [cell(1, 36), cell(2, 40), cell(1, 40), cell(2, 36)];
    for (const [from, to] of [
      [0, 1],
      [1, 0],
      [2, 3],
      [3, 2],
    ] as const) {
      const state = after({ type: 'press', cell: corners[from]! }, { type: 'drag', cell: corners[to]! });
      expect(spansOf(state, 'sameHours')).toEqual(spans);
    }
  });

  test('selects straight through the night, in whatever direction', () => {
    const spans = [
      { day: 0, fromQuarter: 88, toQuarter: 96 },
      { day: 1, fromQuarter: 0, toQuarter: 96 },
      { day: 2, fromQuarter: 0, toQuarter: 8 },
    ];
    const evening = cell(0, 88);
    const night = cell(2, 7);
    expect(spansOf(after({ type: 'press', cell: evening }, { type: 'drag', cell: night }), 'through')).toEqual(spans);
    expect(spansOf(after({ type: 'press', cell: night }, { type: 'drag', cell: evening }), 'through')).toEqual(spans);
    expect(quartersIn(spans)).toBe(112);
  });

  test('ends with the release, and a press with the shift key goes on from where the first one was', () => {
    const drawn = after(
      { type: 'press', cell: cell(3, 10) },
      { type: 'drag', cell: cell(3, 12) },
      { type: 'release' },
      { type: 'drag', cell: cell(6, 90) },
    );
    expect(spansOf(drawn, 'sameHours')).toEqual([{ day: 3, fromQuarter: 10, toQuarter: 13 }]);
    const extended = reduceSelection(drawn, { type: 'press', cell: cell(3, 20), isExtending: true });
    expect(spansOf(extended, 'sameHours')).toEqual([{ day: 3, fromQuarter: 10, toQuarter: 21 }]);
  });
});

test('two taps select what lies between them, and the third begins anew', () => {
  const tap = (day: number, quarter: number): SelectionAction => ({ type: 'tap', cell: cell(day, quarter) });
  expect(spansOf(after(tap(2, 8)), 'sameHours')).toEqual([{ day: 2, fromQuarter: 8, toQuarter: 9 }]);
  expect(spansOf(after(tap(2, 8), tap(2, 15)), 'sameHours')).toEqual([{ day: 2, fromQuarter: 8, toQuarter: 16 }]);
  expect(spansOf(after(tap(2, 8), tap(2, 15), tap(4, 1)), 'sameHours')).toEqual([
    { day: 4, fromQuarter: 1, toQuarter: 2 },
  ]);
});

describe('keys', () => {
  const move = (days: number, quarters: number, isExtending = false): SelectionAction => {
    return { type: 'move', days, quarters, isExtending };
  };

  test('move the cursor, and no further than the week', () => {
    expect(after(move(-1, -1)).cursor).toEqual(cell(0, 0));
    expect(after(move(99, 999)).cursor).toEqual(cell(6, 95));
  });

  test('extend from where the cursor was, and give up what is selected', () => {
    const extended = after(move(0, 4), move(0, 2, true), move(1, 1, true));
    expect(spansOf(extended, 'sameHours')).toEqual([
      { day: 0, fromQuarter: 4, toQuarter: 8 },
      { day: 1, fromQuarter: 4, toQuarter: 8 },
    ]);
    expect(spansOf(reduceSelection(extended, move(0, 1)), 'sameHours')).toEqual([]);
    expect(spansOf(reduceSelection(extended, { type: 'clear' }), 'sameHours')).toEqual([]);
    expect(quartersIn(spansOf(after(move(0, 4), { type: 'select' }), 'sameHours'))).toBe(1);
  });
});

test('what is too soon to be booked is cut off', () => {
  const spans = [0, 1, 2].map((day) => ({ day, fromQuarter: 10, toQuarter: 20 }));
  expect(spansFrom(spans, 96 + 15)).toEqual([
    { day: 1, fromQuarter: 15, toQuarter: 20 },
    { day: 2, fromQuarter: 10, toQuarter: 20 },
  ]);
  expect(spansFrom(spans, 0)).toEqual(spans);
  expect(spansFrom(spans, 7 * 96)).toEqual([]);
});

test('a time has a cell in its own week alone', () => {
  const weekMs = parseWeek('2026-11-30')!;
  const at = (time: string) => cellOf(weekMs, Date.parse(time));
  expect(at('2026-12-02T09:29:59Z')).toEqual(cell(2, 37));
  expect(at('2026-12-06T23:59:59Z')).toEqual(cell(6, 95));
  expect([at('2026-11-29T23:59:59Z'), at('2026-12-07T00:00:00Z')]).toEqual([undefined, undefined]);
});
