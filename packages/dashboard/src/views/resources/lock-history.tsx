import type { ReservationEvent } from '@holdfast/sdk';

import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { resourceEventNames } from '../../live/resource-event-names.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { RelativeTime } from '../../ui/time.tsx';

/** What happened to one resource, newest first. */
export function LockHistory({ resource }: { readonly resource: string }) {
  const history = usePagedPlaceQuery({
    family: 'resources',
    key: ['history', resource],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { resource, limit: 50, ...(cursor && { cursor }) };
      const { events, nextCursor } = await holdfast.resources.eventHistory(query, { signal });
      return { items: events, nextCursor };
    },
  });
  if (history.error) return <ErrorNotice error={history.error} onRetry={history.refresh} />;
  if (history.isLoading) return <Skeleton className="h-40 w-full" />;
  if (history.items.length === 0) return <p className="text-sm text-muted">Nothing that the history still has.</p>;
  return (
    <>
      <ol className="relative ml-1.5 border-l border-line">
        {history.items.map((event) => (
          <HistoryEntry key={event.id} event={event} />
        ))}
      </ol>
      {history.hasMore && (
        <div className="mt-3">
          <Button onClick={history.loadMore}>Earlier</Button>
        </div>
      )}
    </>
  );
}

function HistoryEntry({ event }: { readonly event: ReservationEvent }) {
  const { name, tone } = resourceEventNames[event.type];
  return (
    <li className="relative pb-4 pl-5 last:pb-0">
      <span
        aria-hidden="true"
        className="absolute top-1.5 -left-[4.5px] size-2 rounded-full bg-line-strong ring-4 ring-raised"
      />
      <div className="flex items-center justify-between gap-3">
        <Badge tone={tone}>{name}</Badge>
        <span className="text-xs text-muted">
          <RelativeTime at={event.at} />
        </span>
      </div>
      <p className="mt-1 text-sm [overflow-wrap:anywhere]">
        {event.requester}{' '}
        <span className="text-muted">
          by {event.apiKeyLabel}, token {event.fencingToken}
        </span>
      </p>
      {event.reason !== undefined && <p className="mt-1 text-sm [overflow-wrap:anywhere]">{event.reason}</p>}
    </li>
  );
}
