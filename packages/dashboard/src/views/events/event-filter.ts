import type { EventFamily, HoldfastEvent } from '@holdfast/sdk';

import { isResourceEvent } from './event-parts.ts';
import { eventFamilies, familyOfType, isEventFamily } from './event-types.ts';

/** Which events are shown, as the address has it; empty for all. */
export interface EventFilter {
  /** Names with commas between them. */
  readonly families: string;
  readonly type: string;
  /** Exactly this physical name. */
  readonly resource: string;
}

/** Everything. */
export const usualFilter = { families: '', type: '', resource: '' };

/** Those that can have what is wanted. A type is of one family, and so is a resource. */
export function familiesOf({ families, type, resource }: EventFilter): readonly EventFamily[] {
  if (resource !== '') return ['resources'];
  const ofType = familyOfType(type);
  if (ofType !== undefined) return [ofType];
  const named = families.split(',').filter(isEventFamily);
  return named.length === 0 ? eventFamilies : named;
}

export function matches(event: HoldfastEvent, filter: EventFilter): boolean {
  const { type, resource } = filter;
  if (resource !== '' && !(isResourceEvent(event) && event.resource === resource)) return false;
  if (type !== '') return event.type === type;
  const family = familyOfType(event.type);
  return family === undefined || familiesOf(filter).includes(family);
}
