import type { Holdfast } from '@holdfast/sdk';
import { createContext, use } from 'react';

import type { Place } from './session-api.ts';

export interface PlaceContextValue extends Place {
  readonly tenantName: string;
  readonly holdfast: Holdfast;
  /** What the reader may do here. */
  readonly scopes: readonly string[];
}

export const PlaceContext = createContext<PlaceContextValue | undefined>(undefined);

/** Where the reader is: a tenant's environment. */
export function usePlace(): PlaceContextValue {
  const value = use(PlaceContext);
  if (value === undefined) throw new Error('This is no part of a place.');
  return value;
}

/** The client of the place, as any user has it. */
export function useHoldfast(): Holdfast {
  return usePlace().holdfast;
}

/** Whether the reader may do what needs this scope. `admin` includes `write`, which includes `read`. */
export function useScope(scope: `${string}:${'read' | 'write' | 'admin'}`): boolean {
  const { scopes } = usePlace();
  const [subject = '', level = ''] = scope.split(':');
  const levels = ['read', 'write', 'admin'];
  return levels.slice(levels.indexOf(level)).some((enough) => scopes.includes(`${subject}:${enough}`));
}
