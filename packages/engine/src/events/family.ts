import { defineFamily } from '../family.ts';
import type { OperationContext } from '../operation.ts';
import type { EventSettings } from './settings.ts';
import { streamEvents } from './stream-operation.ts';

/** What the operations of this family take from around them. */
export type EventContext = OperationContext<EventSettings>;

/** What all families announce, as it happens. Their histories are their own. */
export const events = defineFamily({
  kinds: [],
  createContext: (context: EventContext) => context,
  writes: {},
  reads: {},
  scans: {},
  streams: { streamEvents },
  sweeps: () => [],
  settles: () => [],
});
