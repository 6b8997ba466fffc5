import type { CapacityReservation } from '@holdfast/sdk';
import { useMemo } from 'react';

import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { RequestSample } from '../../session/request-sample.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatNumber } from '../../ui/format.ts';
import { OutdatedNotice } from '../../ui/outdated-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { bookedRuns } from './runs.ts';
import { utcRange } from './utc-range.ts';
import { quarterMs, toDate, weekOf, weeksLater } from './weeks.ts';

/** The API lists bookings by when they were made; so far back. */
const listedWeeks = 5;

/** Bookings, newest first. */
export function BookingsCard() {
  const from = useMemo(() => new Date(weeksLater(weekOf(Date.now()), -listedWeeks)), []);
  const { items, isLoading, error, hasMore, loadMore, isOutdated, refresh } = usePagedPlaceQuery({
    family: 'capacity',
    key: ['bookings', from.getTime()],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { from, to: new Date(weeksLater(from.getTime(), 2 * listedWeeks)), limit: 25 };
      const page = await holdfast.capacity.list({ ...query, ...(cursor && { cursor }) }, { signal });
      return { items: page.reservations, nextCursor: page.nextCursor };
    },
  });
  return (
    <Card title={`Bookings of the last ${listedWeeks} weeks`} isFlush>
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      {isOutdated && <OutdatedNotice onRefresh={refresh} />}
      {isLoading && <Skeleton className="m-4 h-32" />}
      {!isLoading && !error && items.length === 0 && <NoBookings />}
      <ul className="divide-y divide-line">
        {items.map((booking) => (
          <BookingRow key={booking.reservationId} booking={booking} />
        ))}
      </ul>
      {hasMore && (
        <div className="border-t border-line p-2 text-center">
          <Button variant="ghost" onClick={loadMore}>
            Show more
          </Button>
        </div>
      )}
    </Card>
  );
}

const mostRuns = 3;

function BookingRow({ booking }: { readonly booking: CapacityReservation }) {
  const { reservationId, createdAt, intervals } = booking;
  const runs = bookedRuns(intervals);
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
      <ul className="min-w-0 tabular-nums">
        {runs.slice(0, mostRuns).map(({ fromMs, toMs, gb }) => (
          <li key={fromMs}>
            <span className="inline-block min-w-20 font-medium">{formatNumber(gb)} GB</span>
            {utcRange(fromMs, toMs)}
          </li>
        ))}
        {runs.length > mostRuns && <li className="text-muted">and {runs.length - mostRuns} more stretches</li>}
      </ul>
      <p className="text-xs text-muted">
        <span className="font-mono">{reservationId.slice(0, 8)}</span> · made <RelativeTime at={createdAt} />
      </p>
    </li>
  );
}

/** Teaches how there would be a booking, an hour of tomorrow. */
function NoBookings() {
  const day = toDate(Date.now() + 96 * quarterMs);
  const booked = ['00', '15', '30', '45'].map((minute, index, minutes) => ({
    startsAt: `${day}T22:${minute}:00Z`,
    endsAt: index === 3 ? `${day}T23:00:00Z` : `${day}T22:${minutes[index + 1]}:00Z`,
    capacityGb: 64,
  }));
  return (
    <EmptyState
      icon="capacity"
      title="Nothing was booked"
      description="Drag over the calendar to book, or send a request. Quarters of an hour are booked all or none, at least 30 minutes ahead."
    >
      <RequestSample
        label="Book an hour"
        method="POST"
        path="/api/capacity/reservations"
        body={{ intervals: booked }}
        typescript={[
          "import { intervals } from '@holdfast/sdk';",
          '',
          `const night = intervals('${day}T22:00:00Z', '${day}T23:00:00Z', 64);`,
          'await holdfast.capacity.reserve({ intervals: night });',
        ].join('\n')}
      />
    </EmptyState>
  );
}
