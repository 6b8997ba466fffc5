import { defineFamily } from '../family.ts';
import type { NamedResourceContext } from './context.ts';
import { settledKinds, sweptKinds } from './expiry.ts';
import { getReservation, listDefinitions, listEventHistory, listReservations } from './read-operations.ts';
import { namedResourceKinds } from './records.ts';
import {
  deleteDefinition,
  forceRelease,
  registerResources,
  renew,
  reserve,
  reserveTransaction,
  unreserve,
} from './write-operations.ts';

export const namedResources = defineFamily({
  kinds: namedResourceKinds,
  createContext: (context: NamedResourceContext) => context,
  contextFor: (context, caller) => ({
    ...context,
    settings: {
      requireRegistration: caller.requireRegistration ?? context.settings.requireRegistration,
      eventHistoryMs: caller.eventHistoryMs ?? context.settings.eventHistoryMs,
    },
  }),
  writes: { reserve, unreserve, renew, reserveTransaction, forceRelease, registerResources, deleteDefinition },
  reads: {
    listReservations,
    listActiveReservations: listReservations, // Its older name.
    getReservation,
    listDefinitions,
    listEventHistory,
  },
  scans: {},
  sweeps: sweptKinds,
  settles: settledKinds,
});
