import type { CreditEventType, EventFamily, EventType, WebhookEventType } from '@holdfast/sdk';

/** Of named resources, and of all else. */
type AnyEventType = EventType | CreditEventType;

/** All types that begin so, such as `credits.*`. */
type EventGroup = Extract<WebhookEventType, `${string}.*`>;

const familiesByType: Readonly<Record<AnyEventType, EventFamily>> = {
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

const groups: Readonly<Record<EventGroup, true>> = {
  'credits.*': true,
  'reservation.*': true,
  'capacity.*': true,
  'key.*': true,
  'tenant.*': true,
  'tier.*': true,
  'jwt_issuer.*': true,
  'person.*': true,
  'limit.*': true,
};

export const eventFamilies: readonly EventFamily[] = ['resources', 'credits', 'capacity', 'access'];

export const eventTypes = Object.keys(familiesByType) as readonly AnyEventType[];

/** What an endpoint can be told to get: groups of types, and types. */
export const webhookEventTypes = [...Object.keys(groups), ...eventTypes] as readonly WebhookEventType[];

/** Undefined for a type that this dashboard doesn't know. */
export function familyOfType(type: string): EventFamily | undefined {
  return isEventType(type) ? familiesByType[type] : undefined;
}

export function isResourceEventType(type: string): type is EventType {
  return familyOfType(type) === 'resources';
}

/** Of credits, capacity or access, which have one history. */
export function isOtherEventType(type: string): type is CreditEventType {
  return isEventType(type) && !isResourceEventType(type);
}

export function isEventFamily(text: string): text is EventFamily {
  return eventFamilies.some((family) => family === text);
}

function isEventType(text: string): text is AnyEventType {
  return Object.hasOwn(familiesByType, text);
}
