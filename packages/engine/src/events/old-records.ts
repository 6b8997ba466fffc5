import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';

/** An event of a named resource, as it was kept before there was one outbox. */
export interface OldResourceEvent {
  readonly type: string;
  readonly atMs: number;
  readonly resource: string;
  readonly requester: string;
  readonly resourceType: string;
  readonly apiKeyLabel: string;
  readonly fencingToken: number;
  readonly metadataJson: string | null;
  readonly purgeAtMs: number;
}

/** The same of a tenant. */
export interface OldTenantEvent {
  readonly id: string;
  readonly type: string;
  readonly customerId: string | null;
  readonly externalCustomerId: string | null;
  readonly dataJson: string;
  readonly createdAtMs: number;
  readonly purgeAtMs: number;
}

/** By time and sequence. Nothing is added to it any more. */
export const oldResourceEventKind: Kind<OldResourceEvent> = defineKind({
  name: 'events',
  indexes: { resource: ['resource'] },
  purgeField: 'purgeAtMs',
});

/** By time and id. Nothing is added to it any more. */
export const oldTenantEventKind: Kind<OldTenantEvent> = defineKind({
  name: 'credit-events',
  indexes: { type: ['type'] },
  purgeField: 'purgeAtMs',
});
