import { defineFamily } from '../family.ts';
import type { EventContext } from './context.ts';
import { oldResourceEventKind, oldTenantEventKind } from './old-records.ts';
import { streamEvents } from './stream-operation.ts';

/** What all families announce, as it happens. Their histories are their own. */
export const events = defineFamily({
  kinds: [oldResourceEventKind, oldTenantEventKind],
  createContext: (context: EventContext) => context,
  writes: {},
  reads: {},
  scans: {},
  streams: { streamEvents },
  sweeps: () => [],
  settles: () => [],
});
