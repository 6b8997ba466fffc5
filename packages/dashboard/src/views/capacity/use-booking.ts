import { CapacityNotAvailableError, intervals } from '@holdfast/sdk';
import type { CapacityInterval, CapacityQuote, CapacityReservation, CapacityShortfall, Holdfast } from '@holdfast/sdk';
import { useMemo, useState } from 'react';

import { usePlaceMutation, usePlaceQuery } from '../../live/place-query.ts';
import { formatNumber } from '../../ui/format.ts';
import { parseGb } from './amounts.ts';
import type { Span } from './selection.ts';
import { startOf } from './weeks.ts';

/** What is about to be booked, and what the server says of it. */
export interface Booking {
  readonly gbText: string;
  readonly setGbText: (text: string) => void;
  readonly gbFault: string | undefined;
  readonly intervals: readonly CapacityInterval[];
  readonly quote: CapacityQuote | undefined;
  /** The intervals that don't fit, with what could be had. */
  readonly shortfalls: readonly CapacityShortfall[];
  /** Anything else that the server refuses. */
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly book: () => void;
  /** Books what the refusal says can be had. */
  readonly bookWhatFits: () => void;
}

interface BookingOptions {
  readonly weekMs: number;
  readonly spans: readonly Span[];
  /** Whether the selection may still change. */
  readonly isDragging: boolean;
  readonly onBooked: () => void;
}

interface Attempt {
  readonly wanted: readonly CapacityInterval[];
  readonly isWhole: boolean;
}

const noShortfalls: readonly CapacityShortfall[] = [];

/** The server's word on a selection: a quote as soon as it is made, and the booking. */
export function useBooking({ weekMs, spans, isDragging, onBooked }: BookingOptions): Booking {
  const [gbText, setGbText] = useState('64');
  const gb = parseGb(gbText);
  const wanted = useMemo(() => intervalsOf(weekMs, spans, gb), [weekMs, spans, gb]);
  const isQuoted = !isDragging && wanted.length > 0;
  const quote = usePlaceQuery({
    family: 'capacity',
    key: ['quote', weekMs, spans, gb],
    enabled: isQuoted,
    load: (holdfast, signal) => holdfast.capacity.quote({ intervals: wanted }, { signal }),
  });
  const booking = usePlaceMutation({
    run: reserve,
    families: ['capacity'],
    showsErrors: true,
    done: bookedWords,
    onSuccess: onBooked,
  });
  // What was said of another selection is no longer of interest.
  const refusal = booking.variables?.wanted === wanted ? booking.error : null;
  const error = refusal ?? (isQuoted ? quote.error : null);
  const isShort = error instanceof CapacityNotAvailableError;
  return {
    gbText,
    setGbText,
    gbFault: gb === undefined ? 'A multiple of 4.' : undefined,
    intervals: wanted,
    quote: isQuoted ? quote.data : undefined,
    shortfalls: isShort ? error.intervals : noShortfalls,
    error: isShort ? null : error,
    isBusy: booking.isPending,
    book: () => booking.mutate({ wanted, isWhole: true }),
    bookWhatFits: () => booking.mutate({ wanted, isWhole: false }),
  };
}

function reserve({ capacity }: Holdfast, { wanted, isWhole }: Attempt): PromiseLike<CapacityReservation> {
  return isWhole ? capacity.reserve({ intervals: wanted }) : capacity.reserveUpTo({ intervals: wanted });
}

function intervalsOf(weekMs: number, spans: readonly Span[], gb: number | undefined): readonly CapacityInterval[] {
  if (gb === undefined) return [];
  return spans.flatMap(({ day, fromQuarter, toQuarter }) =>
    intervals(new Date(startOf(weekMs, day, fromQuarter)), new Date(startOf(weekMs, day, toQuarter)), gb),
  );
}

function bookedWords({ intervals: booked }: CapacityReservation, { wanted }: Attempt): string {
  const quarters = booked.length === 1 ? 'a quarter of an hour' : `${formatNumber(booked.length)} quarters of an hour`;
  return booked.length === wanted.length
    ? `Booked ${quarters}`
    : `Booked ${quarters} of ${formatNumber(wanted.length)}`;
}
