import type { CapacityCalendarInterval } from '@holdfast/sdk';
import { useMemo, useReducer, useRef, useState } from 'react';

import { usePlaceQuery } from '../../live/place-query.ts';
import { useScope } from '../../session/place-context.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useNow } from '../../ui/now.ts';
import { BookingPanel } from './booking-panel.tsx';
import { Heatmap } from './heatmap.tsx';
import { Legend } from './legend.tsx';
import { cellOf, quartersIn, reduceSelection, spansFrom, spansOf } from './selection.ts';
import type { SelectionShape, SelectionState } from './selection.ts';
import { shortSpansOf } from './shortfall-spans.ts';
import { useBooking } from './use-booking.ts';
import { useMediaQuery } from './use-media-query.ts';
import { daysOfWeek, quarterMs, startOf } from './weeks.ts';

interface PlannerProps {
  readonly weekMs: number;
  readonly onTurnWeek: (weeks: 1 | -1) => void;
}

/** The first quarter that can be booked, counted from the present one: half an hour ahead, whatever has passed of it. */
const leadQuarters = 3;

const noIntervals: readonly CapacityCalendarInterval[] = [];

/** The calendar of a week, and what is about to be booked in it. */
export function Planner({ weekMs, onTurnWeek }: PlannerProps) {
  const isWide = useMediaQuery('(min-width: 48rem)');
  const mayBook = useScope('capacity:write');
  const [shape, setShape] = useState<SelectionShape>('sameHours');
  const [selection, dispatch] = useReducer(reduceSelection, weekMs, startAtNow);
  const [selectedWeekMs, setSelectedWeekMs] = useState(weekMs);
  if (selectedWeekMs !== weekMs) {
    setSelectedWeekMs(weekMs);
    dispatch({ type: 'clear' });
  }
  const form = useRef<HTMLFormElement>(null);
  // Quarters pass one by one: between two of them nothing changes.
  const nowMs = Math.floor(useNow() / quarterMs) * quarterMs;
  const earliest = (nowMs - weekMs) / quarterMs + leadQuarters;

  const calendar = usePlaceQuery({
    family: 'capacity',
    key: ['calendar', weekMs],
    load: (holdfast, signal) => {
      const period = { from: new Date(weekMs), to: new Date(startOf(weekMs, daysOfWeek, 0)) };
      return holdfast.capacity.calendar(period, { signal });
    },
  });
  const selected = useMemo(() => spansOf(selection, shape), [selection, shape]);
  const spans = useMemo(() => spansFrom(selected, earliest), [selected, earliest]);
  const onBooked = () => dispatch({ type: 'clear' });
  const booking = useBooking({ weekMs, spans, isDragging: selection.isDragging, onBooked });

  return (
    <Card title="Calendar" actions={<Legend />}>
      {calendar.error && <ErrorNotice error={calendar.error} onRetry={() => void calendar.refetch()} />}
      <Heatmap
        weekMs={weekMs}
        intervals={calendar.isPlaceholderData ? noIntervals : (calendar.data ?? noIntervals)}
        orientation={isWide ? 'rows' : 'columns'}
        selection={selection}
        spans={selected}
        shortSpans={shortSpansOf(booking.shortfalls, weekMs)}
        nowMs={nowMs}
        dispatch={dispatch}
        onDone={() => form.current?.querySelector<HTMLElement>('input[inputmode]')?.focus()}
        onTurnWeek={onTurnWeek}
      />
      <BookingPanel
        ref={form}
        booking={booking}
        selected={selected}
        tooSoon={quartersIn(selected) - quartersIn(spans)}
        shape={shape}
        onShape={setShape}
        weekMs={weekMs}
        mayBook={mayBook}
      />
    </Card>
  );
}

/** The keys begin at what can be booked first, if that is in this week. */
function startAtNow(weekMs: number): SelectionState {
  const cursor = cellOf(weekMs, Date.now() + leadQuarters * quarterMs) ?? { day: 0, quarter: 0 };
  return { cursor, anchor: undefined, isDragging: false };
}
