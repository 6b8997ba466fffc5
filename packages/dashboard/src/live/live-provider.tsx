import type { EventFamily } from '@holdfast/sdk';
import { useQueryClient } from '@tanstack/react-query';
import type { Query } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';

import { usePlace, useScope } from '../session/place-context.ts';
import { familyOf, LiveEvents } from './live-events.ts';
import type { LiveListener } from './live-events.ts';
import { isLongList, placeKey } from './place-query.ts';
import type { QueryFamily } from './place-query.ts';

const LiveContext = createContext<LiveEvents | undefined>(undefined);

/** However many events come, what they touch is asked for no more often than this. */
const refreshIntervalMs = 1_000;

/** Follows the place's events, and has what they touch loaded again. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { holdfast } = usePlace();
  const mayFollow = useScope('events:read');
  const live = useMemo(() => new LiveEvents(holdfast), [holdfast]);
  useEffect(() => {
    if (!mayFollow) return;
    const ending = new AbortController();
    // It connects again by itself for as long as that can help. When it can't, queries say why.
    live.follow(ending.signal).catch(() => {});
    return () => ending.abort();
  }, [live, mayFollow]);
  useRefreshing(live);
  useCatchingUp();
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useRefreshing(live: LiveEvents): void {
  const queries = useQueryClient();
  const place = usePlace();
  useEffect(() => {
    const touched = new Set<EventFamily>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      for (const family of touched) {
        const queryKey = placeKey(place, family);
        const isLive = ({ meta }: Query) => meta?.['isLive'] !== false;
        const isLong = ({ state }: Query) => isLongList(state.data);
        void queries.invalidateQueries({ queryKey, predicate: (query) => isLive(query) && !isLong(query) });
        void queries.invalidateQueries({ queryKey, predicate: isLong, refetchType: 'none' });
      }
      touched.clear();
    };
    const unsubscribe = live.subscribe((events) => {
      for (const event of events) touched.add(familyOf(event));
      timer ??= setTimeout(refresh, refreshIntervalMs);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [live, queries, place]);
}

const everyFamily: readonly QueryFamily[] = ['resources', 'credits', 'capacity', 'access', 'settings'];

/** Has what was asked for before events were followed loaded once more: no event tells of what happened in between. */
function useCatchingUp(): void {
  const queries = useQueryClient();
  const place = usePlace();
  useEffect(() => {
    const catchUp = async ({ queryKey, promise }: Query) => {
      await Promise.allSettled([promise]);
      await queries.invalidateQueries({ queryKey, exact: true });
    };
    void place.whenFollowing.then(() => {
      const asked = everyFamily.flatMap((family) =>
        queries.getQueryCache().findAll({ queryKey: placeKey(place, family) }),
      );
      return Promise.all(asked.map(catchUp));
    });
  }, [queries, place]);
}

/** Calls back with the place's events while the component is there. Keep the listener the same: `useCallback`. */
export function useLiveEvents(listener: LiveListener): void {
  const live = use(LiveContext);
  useEffect(() => live?.subscribe(listener), [live, listener]);
}
