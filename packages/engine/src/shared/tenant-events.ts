import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';

/** What a tenant hears of: what happened to its credits, and what was done to its keys. */
export type CreditEventType =
  | 'credits.overage'
  | 'reservation.expired'
  | 'key.created'
  | 'key.updated'
  | 'key.revoked'
  | 'key.rotated'
  | 'tenant.created'
  | 'tenant.updated'
  | 'tier.updated'
  | 'jwt_issuer.updated';

/** In the tenant's partition, so that one list has those of all customers. */
export interface CreditEvent {
  readonly id: string;
  readonly type: CreditEventType;
  /** Null for what an administrator did. */
  readonly customerId: string | null;
  readonly externalCustomerId: string | null;
  readonly dataJson: string;
  readonly createdAtMs: number;
  readonly purgeAtMs: number;
}

/** By time and id, in a tenant's partition. */
export const creditEventKind: Kind<CreditEvent> = defineKind({
  name: 'credit-events',
  indexes: { type: ['type'] },
  purgeField: 'purgeAtMs',
});
