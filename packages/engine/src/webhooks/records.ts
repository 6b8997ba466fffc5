import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';
import type { Place } from '../place.ts';

/** Where a tenant's events are sent. */
export interface Endpoint {
  /** Null for the one of the tenant's config, as long as none is set. */
  readonly url: string | null;
  /** Which events it gets: types, or groups of them such as `credits.*`. Null: all. */
  readonly types: readonly string[] | null;
  readonly description: string | null;
  /** Headers of the client's own, by name. No store ever sees a client's member names. */
  readonly headersJson: string;
  readonly enabled: boolean;
  /** Null while it is enabled. */
  readonly disabledReason: 'requested' | 'gone' | null;
  /** What its deliveries are signed with: the present one first. */
  readonly secrets: readonly Secret[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** It is kept as it is, since a signature can't be made with less. */
interface Secret {
  readonly text: string;
  /** Null: for as long as it is the present one. */
  readonly validUntilMs: number | null;
}

/** An endpoint that events are sent to, for processes to find it. */
export interface Registration extends Place {
  readonly endpointId: string;
}

/** How far an endpoint is. */
export interface Queue {
  /** The number of the last event that it has looked at. */
  readonly position: number;
  /** When there is something to send; null: nothing waits for a time. */
  readonly dueAtMs: number | null;
  /** The process that looks after it, until then; others leave it alone, so that they don't contend. */
  readonly keeper: string | null;
  readonly keptUntilMs: number;
}

/** One event on its way to one endpoint. It carries all that is sent, since the event's history may end before. */
export interface Delivery {
  readonly eventNumber: number;
  readonly eventType: string;
  /** When the event got its number. */
  readonly eventAtMs: number;
  readonly bodyJson: string;
  /** How long it can be read after it has ended, in milliseconds: as long as the event after it happened. */
  readonly keptMs: number;
  /** The resource or customer whose events come one after the other; null: it waits for no other. */
  readonly line: string | null;
  readonly status: DeliveryStatus;
  /** When it may be attempted. Null: it waits for an earlier one of its line, or it has ended. */
  readonly dueAtMs: number | null;
  /** The attempt under way, of whatever process. */
  readonly leaseId: string | null;
  /** How often it has failed since it was put in its line. */
  readonly failures: number;
  /** The last ones, in order. */
  readonly attempts: readonly Attempt[];
  readonly createdAtMs: number;
  readonly deliveredAtMs: number | null;
  /** Null while it is pending. */
  readonly purgeAtMs: number | null;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'dead';

/** What came of sending something once. */
export interface Attempt {
  readonly atMs: number;
  readonly durationMs: number;
  /** The answer's status, and the beginning of its body; null: there was no answer. */
  readonly status: number | null;
  readonly body: string | null;
  /** Why there was no answer; null: there was one. */
  readonly error: string | null;
}

/** How many deliveries of a line are pending: it is there while any are. */
export interface Line {
  readonly pending: number;
}

/** That an endpoint was deleted, until its deliveries are. */
export interface Removal {
  readonly dueAtMs: number;
}

/** By id. */
export const endpointKind: Kind<Endpoint> = defineKind({ name: 'webhook-endpoints', indexes: {} });

/** By place and endpoint. */
export const registrationKind: Kind<Registration> = defineKind({ name: 'webhook-registrations', indexes: {} });

/** One for each endpoint, in its own partition. */
export const queueKind: Kind<Queue> = defineKind({ name: 'webhook-queues', indexes: {}, dueField: 'dueAtMs' });

/** By the event's number. */
export const deliveryKind: Kind<Delivery> = defineKind({
  name: 'webhook-deliveries',
  indexes: { due: ['dueAtMs'], line: ['line', 'status'], status: ['status'] },
  purgeField: 'purgeAtMs',
});

/** By what it has the deliveries of. */
export const lineKind: Kind<Line> = defineKind({ name: 'webhook-lines', indexes: {} });

/** In the partition of an endpoint that was deleted. */
export const removalKind: Kind<Removal> = defineKind({ name: 'webhook-removals', indexes: {}, dueField: 'dueAtMs' });

/** Every kind of the family. */
export const webhookKinds = [deliveryKind, endpointKind, lineKind, queueKind, registrationKind, removalKind];

/** The id of a partition's only {@link Queue} or {@link Removal}. */
export const onlyId = 'queue';

/** The endpoint that `PATCH /v1/tenants/{id}/config` sets. */
export const configEndpointId = 'config';
