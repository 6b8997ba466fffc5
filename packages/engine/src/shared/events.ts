import type { Changes } from '../kernel/record-access.ts';
import type { Place } from '../place.ts';
import { toWireTime } from './times.ts';

/** What a tenant hears of besides its named resources. */
export type TenantEventType =
  | 'credits.granted'
  | 'credits.held'
  | 'credits.consumed'
  | 'credits.released'
  | 'credits.expired'
  | 'credits.adjusted'
  | 'credits.overage'
  | 'credits.balance_low'
  | 'reservation.expired'
  | 'capacity.reserved'
  | 'key.created'
  | 'key.updated'
  | 'key.revoked'
  | 'key.rotated'
  | 'tenant.created'
  | 'tenant.updated'
  | 'tier.updated'
  | 'jwt_issuer.updated'
  | 'person.invited'
  | 'person.updated'
  | 'person.removed'
  | 'person.signed_in'
  | 'limit.reached';

/** An event other than those of named resources. */
export interface TenantEvent {
  readonly type: TenantEventType;
  readonly atMs: number;
  /** The name of the API key that did it; null where nobody did: something lapsed. */
  readonly apiKeyLabel: string | null;
  /** Null where it isn't about a customer. */
  readonly customerId: string | null;
  readonly externalCustomerId: string | null;
  readonly data: object;
}

/** See {@link Announcement}. */
interface Destination {
  readonly partition: string;
  readonly place: Place;
  readonly keptMs: number;
}

/** Writes an event into a tenant's outbox, in the commit of its effect. */
export function announceTenantEvent(changes: Changes, destination: Destination, event: TenantEvent): void {
  if (destination.keptMs === 0) return;
  const { type, atMs, apiKeyLabel, customerId, externalCustomerId, data } = event;
  const text = JSON.stringify({
    type,
    created_at: toWireTime(atMs),
    api_key_label: apiKeyLabel,
    customer_id: customerId,
    external_customer_id: externalCustomerId,
    data,
  });
  changes.announce({ ...destination, text });
}
