import type { CreditEventType, EventType } from '@holdfast/contract';

/** What an event is about. */
export type EventFamily = 'resources' | 'credits' | 'capacity' | 'access';

const familiesByType: Readonly<Record<EventType | CreditEventType, EventFamily>> = {
  RESERVED: 'resources',
  UNRESERVED: 'resources',
  RESERVATION_EXPIRED: 'resources',
  RENEWED: 'resources',
  FORCE_RELEASED: 'resources',
  'credits.granted': 'credits',
  'credits.held': 'credits',
  'credits.consumed': 'credits',
  'credits.released': 'credits',
  'credits.expired': 'credits',
  'credits.adjusted': 'credits',
  'credits.overage': 'credits',
  'credits.balance_low': 'credits',
  'reservation.expired': 'credits',
  'capacity.reserved': 'capacity',
  'key.created': 'access',
  'key.updated': 'access',
  'key.revoked': 'access',
  'key.rotated': 'access',
  'tenant.created': 'access',
  'tenant.updated': 'access',
  'tier.updated': 'access',
  'jwt_issuer.updated': 'access',
  'person.invited': 'access',
  'person.updated': 'access',
  'person.removed': 'access',
  'person.signed_in': 'access',
  'limit.reached': 'access',
};

const families: ReadonlyMap<string, EventFamily> = new Map(Object.entries(familiesByType));

/** Undefined if there is no such type. */
export function familyOfType(type: string): EventFamily | undefined {
  return families.get(type);
}
