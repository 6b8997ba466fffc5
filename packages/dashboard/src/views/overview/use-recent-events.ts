import type { Holdfast, HoldfastEvent } from '@holdfast/sdk';
import { useMemo } from 'react';

import { timeOf } from '../../live/describe-event.ts';
import { usePlaceQuery } from '../../live/place-query.ts';
import { useEventTail } from '../../live/use-event-tail.ts';

const reachMs = 24 * 60 * 60 * 1_000;

/** However much happens, no more is looked at. */
const mostPages = 5;

/** What happened in the last 24 hours, newest first: the latest of it, where much did. */
export function useRecentEvents() {
  const tail = useEventTail();
  const { data, error } = usePlaceQuery({
    family: 'access',
    key: ['recent'],
    load: loadRecent,
    isLive: false,
    intervalMs: 60_000,
  });
  const events = useMemo(() => {
    const byNumber = new Map([...(data ?? []), ...tail].map((event) => [event.number, event]));
    return [...byNumber.values()].sort((one, other) => other.number - one.number);
  }, [data, tail]);
  return { events, error, isLoading: data === undefined && error === null };
}

async function loadRecent(holdfast: Holdfast, signal: AbortSignal): Promise<readonly HoldfastEvent[]> {
  const from = new Date(Date.now() - reachMs).toISOString();
  const [{ events }, others] = await Promise.all([
    holdfast.resources.eventHistory({ from, limit: 1_000 }, { signal }),
    loadOthers(holdfast, from, signal),
  ]);
  return [...events, ...others];
}

/** Of the other families, which can't be asked for by time. */
async function loadOthers(holdfast: Holdfast, from: string, signal: AbortSignal): Promise<readonly HoldfastEvent[]> {
  const found: HoldfastEvent[] = [];
  let pages = 0;
  for await (const { data } of holdfast.credits.events({ limit: 200 }, { signal }).byPage()) {
    const recent = data.filter((event) => timeOf(event) >= from);
    found.push(...recent);
    pages += 1;
    if (recent.length < data.length || pages === mostPages) break;
  }
  return found;
}
