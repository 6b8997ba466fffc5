import type { Cell, Span } from './selection.ts';
import { daysOfWeek, quartersOfDay } from './weeks.ts';

/** Wide screens have a row for each day; narrow ones a column, so that a quarter is wide enough for a finger. */
export type HeatmapOrientation = 'rows' | 'columns';

const rowPx = 32;
const quarterPx = 9;

/** Between days, so that they can be told apart. */
const gapPx = 2;

/** Attributes of an SVG rectangle. Along one axis they are shares of whatever there is, so that nothing is measured. */
export interface Place {
  readonly x: string;
  readonly y: string;
  readonly width: string;
  readonly height: string;
}

export function heatmapHeight(orientation: HeatmapOrientation): number {
  return orientation === 'rows' ? daysOfWeek * rowPx : quartersOfDay * quarterPx;
}

export function placeOf({ day, fromQuarter, toQuarter }: Span, orientation: HeatmapOrientation): Place {
  const length = toQuarter - fromQuarter;
  return orientation === 'rows'
    ? {
        x: percent(fromQuarter / quartersOfDay),
        y: String(day * rowPx),
        width: percent(length / quartersOfDay),
        height: String(rowPx - gapPx),
      }
    : {
        x: percent(day / daysOfWeek),
        y: String(fromQuarter * quarterPx),
        width: percent(0.96 / daysOfWeek),
        height: String(length * quarterPx),
      };
}

/** The cell under a point, or the one that is next to it; `x` and `y` are shares of the heatmap's width and height. */
export function cellAt(x: number, y: number, orientation: HeatmapOrientation): Cell {
  const [alongDays, alongQuarters] = orientation === 'rows' ? [y, x] : [x, y];
  return { day: indexAt(alongDays, daysOfWeek), quarter: indexAt(alongQuarters, quartersOfDay) };
}

function indexAt(share: number, count: number): number {
  return Math.min(Math.max(Math.floor(share * count), 0), count - 1);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(4)}%`;
}
