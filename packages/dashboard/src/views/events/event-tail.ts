import type { HoldfastEvent } from '@holdfast/sdk';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';

import { useLiveEvents } from '../../live/live-provider.tsx';

/** So many are kept in the page. Whoever wants more reads the history. */
const mostKept = 2_000;

/** However many come, they are shown so often. */
const flushIntervalMs = 100;

/** What came while the view was open, newest first. */
class EventTail {
  #events: readonly HoldfastEvent[] = [];
  #fresh: HoldfastEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  readonly add = (event: HoldfastEvent): void => {
    this.#fresh.unshift(event);
    this.#timer ??= setTimeout(() => this.#flush(), flushIntervalMs);
  };

  readonly events = (): readonly HoldfastEvent[] => this.#events;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    this.#events = [...this.#fresh, ...this.#events].slice(0, mostKept);
    this.#fresh = [];
    for (const listener of this.#listeners) listener();
  }
}

/** What comes while the component is there, newest first. */
export function useEventTail(): readonly HoldfastEvent[] {
  const tail = useMemo(() => new EventTail(), []);
  useLiveEvents(useCallback((event: HoldfastEvent) => tail.add(event), [tail]));
  useEffect(() => () => tail.stop(), [tail]);
  return useSyncExternalStore(tail.subscribe, tail.events);
}
