import type { CapacityCalendarInterval } from '@holdfast/sdk';

import { amountsOf } from './amounts-of.ts';
import { placeOf } from './heatmap-layout.ts';
import type { HeatmapOrientation } from './heatmap-layout.ts';
import type { Cell } from './selection.ts';
import { dayName, timeOfDay } from './weeks.ts';

interface HeatmapCursorProps {
  /** By which the calendar names it as the cell that has the focus. */
  readonly id: string;
  readonly weekMs: number;
  readonly cell: Cell;
  readonly interval: CapacityCalendarInterval | undefined;
  readonly orientation: HeatmapOrientation;
}

/** The quarter where the keys are. It can be seen as long as the calendar has the focus. */
export function HeatmapCursor({ id, weekMs, cell, interval, orientation }: HeatmapCursorProps) {
  const { day, quarter } = cell;
  const when = `${dayName(weekMs, day)}, ${timeOfDay(quarter)}`;
  return (
    <g role="row" aria-rowindex={day + 1} className="pointer-events-none">
      <rect
        id={id}
        role="gridcell"
        aria-colindex={quarter + 1}
        aria-label={interval ? `${when}: ${amountsOf(interval)}` : when}
        rx="2"
        className="fill-transparent stroke-accent-text opacity-0 in-focus-visible:opacity-100"
        strokeWidth="3"
        {...placeOf({ day, fromQuarter: quarter, toQuarter: quarter + 1 }, orientation)}
      />
    </g>
  );
}
