import { environments } from '../session/session-api.ts';
import type { Place } from '../session/session-api.ts';

const storageKey = 'holdfast.place';

/** Where the reader was last in this browser. */
export function readLastPlace(): Place | undefined {
  const [environment, tenantId] = (localStorage.getItem(storageKey) ?? '').split(/ (.*)/u);
  const known = environments.find((each) => each === environment);
  return known && tenantId ? { tenantId, environment: known } : undefined;
}

export function keepLastPlace({ tenantId, environment }: Place): void {
  localStorage.setItem(storageKey, `${environment} ${tenantId}`);
}
