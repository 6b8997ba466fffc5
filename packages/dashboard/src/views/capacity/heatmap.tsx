import type { CapacityCalendarInterval } from '@holdfast/sdk';
import { useId, useMemo, useState } from 'react';
import type { Dispatch, KeyboardEvent, MouseEvent, PointerEvent } from 'react';

import { CellDetails } from './cell-details.tsx';
import { HeatmapAxes } from './heatmap-axes.tsx';
import { HeatmapCursor } from './heatmap-cursor.tsx';
import { HeatmapDay } from './heatmap-day.tsx';
import { actionFor } from './heatmap-keys.ts';
import { cellAt, heatmapHeight } from './heatmap-layout.ts';
import type { HeatmapOrientation } from './heatmap-layout.ts';
import { HeatmapOverlay } from './heatmap-overlay.tsx';
import { QuarterGrid } from './quarter-grid.tsx';
import { cellOf } from './selection.ts';
import type { Cell, SelectionAction, SelectionState, Span } from './selection.ts';
import type { ShortSpan } from './shortfall-spans.ts';
import { stretchesByDay } from './stretches.ts';
import { daysOfWeek, quarterMs, quartersOfDay, startOf } from './weeks.ts';

interface HeatmapProps {
  readonly weekMs: number;
  readonly intervals: readonly CapacityCalendarInterval[];
  readonly orientation: HeatmapOrientation;
  readonly selection: SelectionState;
  readonly spans: readonly Span[];
  readonly shortSpans: readonly ShortSpan[];
  readonly nowMs: number;
  readonly dispatch: Dispatch<SelectionAction>;
  /** The key that ends a selection goes on to what is to be booked. */
  readonly onDone: () => void;
  readonly onTurnWeek: (weeks: 1 | -1) => void;
}

/** A week, quarter by quarter: how much is booked, and what is selected by pointer or keys. */
export function Heatmap(props: HeatmapProps) {
  const { weekMs, intervals, orientation, selection, spans, shortSpans, nowMs, dispatch } = props;
  const id = useId();
  const [hovered, setHovered] = useState<Cell>();
  const days = useMemo(() => stretchesByDay(intervals), [intervals]);
  const { cursor } = selection;
  const shown = hovered ?? cursor;
  const intervalAt = ({ day, quarter }: Cell) => intervals[day * quartersOfDay + quarter];

  const onKeyDown = (event: KeyboardEvent) => {
    const action = actionFor(event, orientation);
    if (action === undefined) return;
    event.preventDefault();
    setHovered(undefined);
    if (action.type === 'done') props.onDone();
    else if (action.type === 'turn') props.onTurnWeek(action.weeks);
    else dispatch(action);
  };

  return (
    <>
      <HeatmapAxes weekMs={weekMs} orientation={orientation}>
        <svg
          role="grid"
          aria-label="Calendar of the week. Arrow keys move, Shift and arrow keys select, Enter books."
          aria-rowcount={daysOfWeek}
          aria-colcount={quartersOfDay}
          aria-activedescendant={`${id}-cursor`}
          tabIndex={0}
          height={heatmapHeight(orientation)}
          className="block w-full cursor-crosshair touch-manipulation select-none"
          onKeyDown={onKeyDown}
          {...pointerHandlers(orientation, dispatch, setHovered)}
        >
          <QuarterGrid id={`${id}-grid`} orientation={orientation} />
          {days.map((stretches, day) => (
            <HeatmapDay
              key={day}
              weekMs={weekMs}
              day={day}
              orientation={orientation}
              stretches={stretches}
              passed={passedOf(weekMs, day, nowMs)}
              gridId={`${id}-grid`}
            />
          ))}
          <HeatmapOverlay {...{ orientation, spans, shortSpans }} present={cellOf(weekMs, nowMs)} />
          <HeatmapCursor
            id={`${id}-cursor`}
            weekMs={weekMs}
            cell={cursor}
            interval={intervalAt(cursor)}
            orientation={orientation}
          />
        </svg>
      </HeatmapAxes>
      <CellDetails weekMs={weekMs} cell={shown} interval={intervalAt(shown)} />
    </>
  );
}

/** How many quarters of a day have passed. */
function passedOf(weekMs: number, day: number, nowMs: number): number {
  return Math.min(Math.max((nowMs - startOf(weekMs, day, 0)) / quarterMs, 0), quartersOfDay);
}

function pointerHandlers(
  orientation: HeatmapOrientation,
  dispatch: Dispatch<SelectionAction>,
  setHovered: (cell: Cell | undefined) => void,
) {
  const cellUnder = (event: MouseEvent<SVGSVGElement>): Cell => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    return cellAt((event.clientX - left) / width, (event.clientY - top) / height, orientation);
  };
  return {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      if (event.pointerType === 'touch' || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      dispatch({ type: 'press', cell: cellUnder(event), isExtending: event.shiftKey });
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      if (event.pointerType === 'touch') return;
      const cell = cellUnder(event);
      setHovered(cell);
      dispatch({ type: 'drag', cell });
    },
    onPointerUp: () => dispatch({ type: 'release' }),
    onPointerCancel: () => dispatch({ type: 'release' }),
    onPointerLeave: () => setHovered(undefined),
    onClick: (event: MouseEvent<SVGSVGElement>) => {
      const { pointerType } = event.nativeEvent as globalThis.PointerEvent;
      if (pointerType === 'touch') dispatch({ type: 'tap', cell: cellUnder(event) });
    },
  };
}
