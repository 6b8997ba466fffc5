import type { ReservationEvent } from '@holdfast/sdk';

import type { Tone } from '../ui/badge.tsx';

type ResourceEventType = ReservationEvent['type'];

/** How an event of named resources is named for people. */
export const resourceEventNames: Readonly<Record<ResourceEventType, { readonly name: string; readonly tone: Tone }>> = {
  RESERVED: { name: 'Taken', tone: 'accent' },
  RENEWED: { name: 'Renewed', tone: 'neutral' },
  UNRESERVED: { name: 'Released', tone: 'positive' },
  RESERVATION_EXPIRED: { name: 'Lapsed', tone: 'warning' },
  FORCE_RELEASED: { name: 'Force released', tone: 'negative' },
};
