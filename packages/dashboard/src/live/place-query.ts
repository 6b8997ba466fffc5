import type { EventFamily, Holdfast } from '@holdfast/sdk';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import { usePlace } from '../session/place-context.ts';
import type { Place } from '../session/session-api.ts';
import { explainError } from '../ui/error-notice.tsx';
import { toast } from '../ui/toast.tsx';

/** What changes a query's data: events of this family do. `settings` are changed by nothing but requests. */
export type QueryFamily = EventFamily | 'settings';

type Key = readonly (string | number | boolean | null | undefined | object)[];

/** What all queries of a place and family have in common. */
export function placeKey({ tenantId, environment }: Place, family: QueryFamily, ...key: Key): Key {
  return [tenantId, environment, family, ...key];
}

interface PlaceQuery<Data> {
  readonly family: QueryFamily;
  /** What it is, and all that it depends on: `['customer', id]`. */
  readonly key: Key;
  readonly load: (holdfast: Holdfast, signal: AbortSignal) => PromiseLike<Data>;
  /** False: events don't load it again. */
  readonly isLive?: boolean;
  readonly enabled?: boolean;
  /** Loads it again in this interval, for what no event tells of. */
  readonly intervalMs?: number;
}

/** Loads something of the place, and again whenever an event of its family comes. */
export function usePlaceQuery<Data>({
  family,
  key,
  load,
  isLive = true,
  enabled = true,
  intervalMs,
}: PlaceQuery<Data>) {
  const place = usePlace();
  return useQuery({
    queryKey: placeKey(place, family, ...key),
    queryFn: async ({ signal }) => load(place.holdfast, signal),
    placeholderData: keepPreviousData,
    enabled,
    refetchInterval: intervalMs ?? false,
    meta: { isLive },
  });
}

interface OnePage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

interface PagedPlaceQuery<Item> extends Pick<PlaceQuery<Item>, 'family' | 'key' | 'isLive' | 'enabled' | 'intervalMs'> {
  readonly loadPage: (
    holdfast: Holdfast,
    cursor: string | undefined,
    signal: AbortSignal,
  ) => PromiseLike<OnePage<Item>>;
}

/** Where reading a list again would be one request, events do it; a longer one would jump under the reader's eyes. */
export function isLongList(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'pages' in data && (data.pages as unknown[]).length > 1;
}

/**
 * Loads a list of the place page by page: give `loadMore` to the table's `onEndReached`. An event of its family loads
 * it again, as long as it is one page; a longer list `isOutdated` then, until `refresh` is called.
 */
export function usePagedPlaceQuery<Item>(query: PagedPlaceQuery<Item>) {
  const { family, key, loadPage, isLive = true, enabled = true, intervalMs } = query;
  const place = usePlace();
  const queries = useQueryClient();
  const queryKey = placeKey(place, family, ...key);
  const { data, error, hasNextPage, isFetching, isLoading, isStale, fetchNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) => loadPage(place.holdfast, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    staleTime: ({ state }) => (isLongList(state.data) ? Infinity : 5_000),
    refetchInterval: ({ state }) => (intervalMs !== undefined && !isLongList(state.data) ? intervalMs : false),
    enabled,
    meta: { isLive },
  });
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const loadMore = useMemo(
    () => () => {
      if (hasNextPage && !isFetching) void fetchNextPage();
    },
    [hasNextPage, isFetching, fetchNextPage],
  );
  const isOutdated = isLongList(data) && isStale;
  const refresh = () => void queries.resetQueries({ queryKey, exact: true });
  return { items, error, isLoading, hasMore: hasNextPage, loadMore, isOutdated, refresh };
}

interface PlaceMutation<Input, Data> {
  readonly run: (holdfast: Holdfast, input: Input) => PromiseLike<Data>;
  /** What it changes: their queries are loaded again. */
  readonly families: readonly QueryFamily[];
  /** What is said when it is done. Absent: nothing. */
  readonly done?: (data: Data, input: Input) => string;
  /**
   * Called also if whoever asked is gone, for what must not be missed. What closes itself says so to `mutate`, whose
   * `onSuccess` isn't called then.
   */
  readonly onSuccess?: (data: Data, input: Input) => void;
  /** Whether the form shows failures itself, by `error`, rather than a toast. */
  readonly showsErrors?: boolean;
}

/** Changes something of the place: `const release = usePlaceMutation({ … }); release.mutate(input)`. */
export function usePlaceMutation<Input, Data>(mutation: PlaceMutation<Input, Data>) {
  const { run, families, done, onSuccess, showsErrors = false } = mutation;
  const place = usePlace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (input: Input) => run(place.holdfast, input),
    onSuccess: async (data, input) => {
      if (done) toast({ title: done(data, input) });
      onSuccess?.(data, input);
      await Promise.all(families.map((family) => queries.invalidateQueries({ queryKey: placeKey(place, family) })));
    },
    onError: (error) => {
      if (!showsErrors) toast({ tone: 'negative', title: explainError(error) });
    },
  });
}
