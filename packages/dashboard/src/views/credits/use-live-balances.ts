import type { HoldfastEvent } from '@holdfast/sdk';
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

import { useLiveEvents } from '../../live/live-provider.tsx';
import { placeKey, usePlaceQuery } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import type { Place } from '../../session/session-api.ts';

interface Balances {
  readonly reserved_balance: number;
  readonly effective_balance: number;
}

/** A customer's balances in a list. {@link useLiveBalances} keeps them up to date. */
export function useBalances(customerId: string) {
  return usePlaceQuery<Balances>({
    family: 'credits',
    key: ['balances', customerId],
    load: (holdfast, signal) => holdfast.credits.account({ id: customerId }, {}, { signal }),
    isLive: false,
  });
}

/** Takes balances from the events of the ledger, so that a list of many customers asks for none of them again. */
export function useLiveBalances(): void {
  const place = usePlace();
  const queries = useQueryClient();
  const listen = useCallback(
    (events: readonly HoldfastEvent[]) => events.forEach((event) => takeBalances(event, place, queries)),
    [place, queries],
  );
  useLiveEvents(listen);
}

function takeBalances(event: HoldfastEvent, place: Place, queries: QueryClient): void {
  if (!('data' in event) || !('effective_balance' in event.data && 'reserved_balance' in event.data)) return;
  const { reserved_balance, effective_balance } = event.data;
  const queryKey = placeKey(place, 'credits', 'balances', event.customer_id);
  if (queries.getQueryData(queryKey) === undefined) {
    void queries.invalidateQueries({ queryKey });
  } else {
    // An answer that is on its way may be older than the event.
    void queries.cancelQueries({ queryKey });
    queries.setQueryData<Balances>(queryKey, { reserved_balance, effective_balance });
  }
}
