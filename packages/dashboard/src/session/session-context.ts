import { createContext, use } from 'react';

import type { FirstKeys, Session } from './session-api.ts';

export interface SessionContextValue {
  readonly session: Session;
  /** The keys that were shown in this page, by tenant: for examples that can be run as they are. */
  readonly firstKeys: ReadonlyMap<string, FirstKeys>;
}

export const SessionContext = createContext<SessionContextValue | undefined>(undefined);

export function useSession(): SessionContextValue {
  const value = use(SessionContext);
  if (value === undefined) throw new Error('Nobody is signed in here.');
  return value;
}
