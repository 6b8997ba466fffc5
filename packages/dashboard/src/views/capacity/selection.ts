import { daysOfWeek, quarterMs, quartersOfDay } from './weeks.ts';

/** A quarter of an hour in the heatmap. */
export interface Cell {
  readonly day: number;
  readonly quarter: number;
}

/** Consecutive quarters of one day; the last one is not included. */
export interface Span {
  readonly day: number;
  readonly fromQuarter: number;
  readonly toQuarter: number;
}

/** What lies between two cells: the same hours of each day, or all the time from one to the other. */
export type SelectionShape = 'sameHours' | 'through';

/** The cell that keys move, and the other end of what is selected, if anything is. */
export interface SelectionState {
  readonly cursor: Cell;
  readonly anchor: Cell | undefined;
  readonly isDragging: boolean;
}

export type SelectionAction =
  | { readonly type: 'press' | 'tap' | 'drag'; readonly cell: Cell; readonly isExtending?: boolean }
  | { readonly type: 'move'; readonly days: number; readonly quarters: number; readonly isExtending: boolean }
  | { readonly type: 'select' | 'release' | 'clear' };

/** What a pointer and keys do. A finger scrolls when it drags, so it taps the first quarter, then the last. */
export function reduceSelection(state: SelectionState, action: SelectionAction): SelectionState {
  const { cursor, anchor, isDragging } = state;
  switch (action.type) {
    case 'press':
      return { cursor: action.cell, anchor: (action.isExtending && anchor) || action.cell, isDragging: true };
    case 'drag':
      return isDragging && !isSame(cursor, action.cell) ? { ...state, cursor: action.cell } : state;
    case 'release':
      return isDragging ? { ...state, isDragging: false } : state;
    case 'tap': {
      const isSecondTap = anchor !== undefined && isSame(anchor, cursor) && !isSame(anchor, action.cell);
      return { cursor: action.cell, anchor: isSecondTap ? anchor : action.cell, isDragging: false };
    }
    case 'move':
      return {
        cursor: {
          day: clamp(cursor.day + action.days, daysOfWeek),
          quarter: clamp(cursor.quarter + action.quarters, quartersOfDay),
        },
        anchor: action.isExtending ? (anchor ?? cursor) : undefined,
        isDragging: false,
      };
    case 'select':
      return { ...state, anchor: cursor };
    case 'clear':
      return { ...state, anchor: undefined, isDragging: false };
  }
}

/** What is selected, a span for each day, in order of time. */
export function spansOf({ anchor, cursor }: SelectionState, shape: SelectionShape): readonly Span[] {
  if (anchor === undefined) return [];
  const [first, last] = indexOf(anchor) <= indexOf(cursor) ? [anchor, cursor] : [cursor, anchor];
  const fromQuarter = Math.min(anchor.quarter, cursor.quarter);
  const toQuarter = Math.max(anchor.quarter, cursor.quarter) + 1;
  return Array.from({ length: last.day - first.day + 1 }, (_, index) => {
    const day = first.day + index;
    if (shape === 'sameHours') return { day, fromQuarter, toQuarter };
    return {
      day,
      fromQuarter: day === first.day ? first.quarter : 0,
      toQuarter: day === last.day ? last.quarter + 1 : quartersOfDay,
    };
  });
}

/** What of the spans begins at a cell's time or later. */
export function spansFrom(spans: readonly Span[], earliest: number): readonly Span[] {
  return spans
    .map((span) => ({ ...span, fromQuarter: Math.max(span.fromQuarter, earliest - span.day * quartersOfDay) }))
    .filter(({ fromQuarter, toQuarter }) => fromQuarter < toQuarter);
}

export function quartersIn(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromQuarter, toQuarter }) => sum + toQuarter - fromQuarter, 0);
}

/** The cell of a time; undefined if it is in another week. */
export function cellOf(weekMs: number, timeMs: number): Cell | undefined {
  const index = Math.floor((timeMs - weekMs) / quarterMs);
  if (index < 0 || index >= daysOfWeek * quartersOfDay) return undefined;
  return { day: Math.floor(index / quartersOfDay), quarter: index % quartersOfDay };
}

/** Which quarter of the week it is. */
function indexOf({ day, quarter }: Cell): number {
  return day * quartersOfDay + quarter;
}

function isSame(left: Cell, right: Cell): boolean {
  return left.day === right.day && left.quarter === right.quarter;
}

function clamp(value: number, count: number): number {
  return Math.min(Math.max(value, 0), count - 1);
}
