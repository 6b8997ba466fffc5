import type { FormEvent, Ref } from 'react';

import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Field } from '../../ui/field.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Notice } from '../../ui/notice.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { formatDollars } from './amounts.ts';
import { describeSelection } from './selection-words.ts';
import type { SelectionShape, Span } from './selection.ts';
import { ShortfallTable } from './shortfall-table.tsx';
import type { Booking } from './use-booking.ts';

interface BookingPanelProps {
  readonly ref: Ref<HTMLFormElement>;
  readonly booking: Booking;
  /** All that is selected. */
  readonly selected: readonly Span[];
  /** How many quarters of it are past, or too soon. */
  readonly tooSoon: number;
  readonly shape: SelectionShape;
  readonly onShape: (shape: SelectionShape) => void;
  readonly weekMs: number;
  readonly mayBook: boolean;
}

const shapes = [
  { value: 'sameHours', label: 'Same hours each day' },
  { value: 'through', label: 'Straight through' },
] as const;

/** What is selected, what it would cost, and what of it doesn't fit. */
export function BookingPanel(props: BookingPanelProps) {
  const { ref, booking, selected, tooSoon, shape, onShape, weekMs, mayBook } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (booking.intervals.length > 0) booking.book();
  };
  const isShort = booking.shortfalls.length > 0;
  return (
    <form ref={ref} onSubmit={submit} className="mt-3 grid gap-3 border-t border-line pt-4" aria-label="Booking">
      <div className="flex min-h-7 flex-wrap items-center justify-between gap-2">
        <p role="status" className="text-sm font-medium">
          {describeSelection(selected, shape, weekMs) || (
            <span className="font-normal text-muted">
              Drag over the calendar, tap its first and last quarter, or use the arrow keys with Shift.
            </span>
          )}
        </p>
        <Segmented label="What is selected between two days" options={shapes} value={shape} onChange={onShape} />
      </div>
      {mayBook && (
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-32">
            <Field
              label="GB of memory"
              inputMode="numeric"
              value={booking.gbText}
              onChange={({ target }) => booking.setGbText(target.value)}
              error={booking.gbFault}
            />
          </div>
          <Button type="submit" variant="primary" disabled={booking.intervals.length === 0} isBusy={booking.isBusy}>
            Book
          </Button>
          {isShort && (
            <Button disabled={booking.isBusy} onClick={booking.bookWhatFits}>
              Book what fits
            </Button>
          )}
          <QuoteWords booking={booking} />
        </div>
      )}
      {tooSoon > 0 && (
        <Notice tone="neutral">
          {formatNumber(tooSoon)} of these quarters are past or begin in less than 30 minutes, and are left out.
        </Notice>
      )}
      {booking.error && <ErrorNotice error={booking.error} />}
      {isShort && (
        <div role="alert" className="grid gap-2">
          <p className="text-sm font-medium text-negative">There is less to be had than you asked for.</p>
          <ShortfallTable shortfalls={booking.shortfalls} />
        </div>
      )}
    </form>
  );
}

function QuoteWords({ booking: { quote, intervals, shortfalls } }: { readonly booking: Booking }) {
  const isPriced = quote !== undefined && intervals.length > 0 && shortfalls.length === 0;
  return (
    <p role="status" className="min-h-8 flex-1 basis-60 content-center text-sm text-muted">
      {isPriced && (
        <>
          <span className="font-medium text-ink tabular-nums">{formatDollars(quote.reservedCostMicros)}</span> for{' '}
          {formatNumber(quote.reservedGbHours)} GB-hours, used or not. Bookings are final.
        </>
      )}
    </p>
  );
}
