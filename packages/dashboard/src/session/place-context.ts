import type { Scope } from '@holdfast/sdk';
import { createContext, use } from 'react';

import type { PlaceClient } from './client.ts';
import type { Place } from './session-api.ts';

export interface PlaceContextValue extends Place, PlaceClient {
  readonly tenantName: string;
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

/** Whether the reader may do what needs this scope. */
export function useScope(scope: Scope): boolean {
  return includesScope(usePlace().scopes, scope);
}

/** `admin` includes `write`, which includes `read`. Whoever administers the platform administers its keys. */
export function includesScope(granted: readonly string[], scope: Scope): boolean {
  const [subject = '', level = ''] = scope.split(':');
  const levels = ['read', 'write', 'admin'];
  const isGranted = levels.slice(levels.indexOf(level)).some((enough) => granted.includes(`${subject}:${enough}`));
  return isGranted || (scope === 'keys:admin' && granted.includes('platform:admin'));
}
