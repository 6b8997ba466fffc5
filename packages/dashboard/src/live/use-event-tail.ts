import type { HoldfastEvent } from '@holdfast/sdk';
import { useCallback, useState } from 'react';

import { useLiveEvents } from './live-provider.tsx';

/** So many are kept in the page. Whoever wants more reads the history. */
const mostKept = 2_000;

/** What comes while the component is there, newest first. */
export function useEventTail(): readonly HoldfastEvent[] {
  const [tail, setTail] = useState<readonly HoldfastEvent[]>([]);
  useLiveEvents(
    useCallback((events) => setTail((before) => [...events.toReversed(), ...before].slice(0, mostKept)), []),
  );
  return tail;
}
