import type { HoldfastEvent } from '@holdfast/sdk';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { placeKey } from '../../live/place-query.ts';
import { useEventTail } from '../../live/use-event-tail.ts';
import { usePlace } from '../../session/place-context.ts';
import { matches } from './event-filter.ts';
import type { EventFilter } from './event-filter.ts';
import { readHistory } from './event-history.ts';
import type { HistoryPosition } from './event-history.ts';

/** What happened and goes on happening, newest first: the history, page by page, with what came since on top of it. */
export function useEventLog(filter: EventFilter) {
  const place = usePlace();
  const tail = useEventTail();
  const { data, error, isPending, isFetching, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: placeKey(place, 'settings', 'event-history', filter),
    queryFn: ({ pageParam }) => readHistory(place.holdfast, filter, pageParam),
    initialPageParam: undefined as HistoryPosition | undefined,
    getNextPageParam: ({ next }) => next,
    // A history is read once; what comes later comes by the stream. Whoever opens the view again reads it anew.
    staleTime: Infinity,
    gcTime: 0,
  });
  const events = useMemo(() => {
    const history = data?.pages.flatMap((page) => page.events) ?? [];
    const known = new Set(history.map(({ number }) => number));
    return [...tail.filter((event) => matches(event, filter) && !known.has(event.number)), ...history];
  }, [data, tail, filter]);
  const loadMore = useMemo(
    () => () => {
      if (hasNextPage && !isFetching) void fetchNextPage();
    },
    [hasNextPage, isFetching, fetchNextPage],
  );
  return { events: events satisfies readonly HoldfastEvent[], error, isPending, loadMore, refetch };
}
