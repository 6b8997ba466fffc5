import type { HoldfastEvent } from '@holdfast/sdk';

import { PlaceLink } from '../../app/place-link.tsx';
import { describeEvent, timeOf } from '../../live/describe-event.ts';
import { Badge } from '../../ui/badge.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { RelativeTime } from '../../ui/time.tsx';

interface EventFeedProps {
  readonly events: readonly HoldfastEvent[];
  readonly isLoading: boolean;
}

const shown = 10;

/** The latest events. */
export function EventFeed({ events, isLoading }: EventFeedProps) {
  if (isLoading) return <Skeleton className="m-4 h-80" />;
  return (
    <ol>
      {events.slice(0, shown).map((event) => (
        <FeedEntry key={event.number} event={event} />
      ))}
    </ol>
  );
}

function FeedEntry({ event }: { readonly event: HoldfastEvent }) {
  const { name, tone, subject, details } = describeEvent(event);
  return (
    <li className="grid h-10 animate-arrive grid-cols-[8rem_minmax(0,1fr)_auto] items-center gap-3 border-b border-line px-4 text-sm last:border-0">
      <span className="flex min-w-0">
        <Badge tone={tone}>{name}</Badge>
      </span>
      <span className="truncate">
        {'resource' in event ? (
          <PlaceLink to="resources" search={{ lock: subject }} className="font-mono text-xs hover:underline">
            {subject}
          </PlaceLink>
        ) : (
          subject
        )}{' '}
        <span className="text-muted">{details}</span>
      </span>
      <span className="text-xs text-muted">
        <RelativeTime at={timeOf(event)} />
      </span>
    </li>
  );
}
