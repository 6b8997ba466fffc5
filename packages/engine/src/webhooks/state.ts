import { eventLogKind } from '../kernel/outbox.ts';
import { recordKey } from '../kernel/record-access.ts';
import type { Changes, Records } from '../kernel/record-access.ts';
import { eventPartition, webhookPartition, webhookQueuePartition, webhookRegistryPartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import type { RecordKey } from '../store.ts';
import { configEndpointId, endpointKind, onlyId, queueKind, registrationKind, removalKind } from './records.ts';
import type { Endpoint } from './records.ts';

/** The partitions that a change of an endpoint decides on: no attempt is decided by what it was before. */
export function partitionsOf(place: Place, endpointId: string): readonly string[] {
  return [webhookPartition(place), webhookQueuePartition(place, endpointId), webhookRegistryPartition];
}

export function endpointKey(place: Place, endpointId: string): RecordKey {
  return recordKey(endpointKind, webhookPartition(place), endpointId);
}

/** Of what a queue's every command reads. */
export function queueKeys(place: Place, endpointId: string): readonly RecordKey[] {
  const partition = webhookQueuePartition(place, endpointId);
  return [recordKey(queueKind, partition, onlyId), recordKey(removalKind, partition, onlyId)];
}

/** An endpoint that has a URL and a secret. */
export type PresentEndpoint = Endpoint & { readonly url: string };

/** Whether there is all that it takes to send something; that of a tenant's config may lack it. */
export function isPresent(endpoint: Endpoint): endpoint is PresentEndpoint {
  return endpoint.url !== null && endpoint.secrets.length > 0;
}

/** Whether events are sent to an endpoint. */
export function isSending(endpoint: Endpoint): endpoint is PresentEndpoint {
  return endpoint.enabled && isPresent(endpoint);
}

/** The endpoints of a tenant's environment, to read. */
export class WebhookView {
  readonly place: Place;
  readonly #records: Records;

  constructor(records: Records, place: Place) {
    this.#records = records;
    this.place = place;
  }

  endpoint(id: string): Endpoint | undefined {
    return this.#records.get(endpointKind, webhookPartition(this.place), id);
  }

  /** How many there are besides that of the tenant's config; of very many, at least `most`. */
  count(most: number): number {
    const rows = this.#records.range({ kind: endpointKind, partition: webhookPartition(this.place), limit: most + 1 });
    return rows.filter(({ id }) => id !== configEndpointId).length;
  }
}

/** The same to read and to change. */
export class WebhookState extends WebhookView {
  readonly nowMs: number;
  readonly #changes: Changes;

  constructor(changes: Changes, place: Place, nowMs: number) {
    super(changes, place);
    this.#changes = changes;
    this.nowMs = nowMs;
  }

  /** An endpoint that begins to be sent events gets those from now on. */
  putEndpoint(id: string, endpoint: Endpoint): void {
    this.#changes.put(endpointKind, webhookPartition(this.place), id, endpoint);
    const registrationId = this.#registrationIdOf(id);
    const isRegistered = this.#changes.get(registrationKind, webhookRegistryPartition, registrationId) !== undefined;
    if (isSending(endpoint) === isRegistered) return;
    if (isRegistered) this.#changes.delete(registrationKind, webhookRegistryPartition, registrationId);
    else this.#beginSending(id, registrationId);
  }

  /** Forgets an endpoint at once, and its deliveries with time. */
  deleteEndpoint(id: string): void {
    const partition = webhookQueuePartition(this.place, id);
    this.#changes.delete(endpointKind, webhookPartition(this.place), id);
    this.#changes.delete(registrationKind, webhookRegistryPartition, this.#registrationIdOf(id));
    this.#changes.delete(queueKind, partition, onlyId);
    this.#changes.put(removalKind, partition, onlyId, { dueAtMs: this.nowMs });
  }

  #beginSending(id: string, registrationId: string): void {
    const { tenantId, environment } = this.place;
    const registration = { tenantId, environment, endpointId: id };
    this.#changes.put(registrationKind, webhookRegistryPartition, registrationId, registration);
    const partition = webhookQueuePartition(this.place, id);
    const before = this.#changes.get(queueKind, partition, onlyId);
    const position = Math.max(before?.position ?? 0, this.#lastNumber());
    this.#changes.put(queueKind, partition, onlyId, {
      position,
      dueAtMs: this.nowMs,
      keeper: null,
      keptUntilMs: 0,
    });
  }

  /** Of the events that can still be read; if none can, whatever comes is new. */
  #lastNumber(): number {
    const range = { kind: eventLogKind, partition: eventPartition(this.place), descending: true, limit: 1 };
    const [row] = this.#changes.range(range);
    return row === undefined ? 0 : row.value.first + row.value.count - 1;
  }

  #registrationIdOf(endpointId: string): string {
    const { tenantId, environment } = this.place;
    return [tenantId, environment, endpointId].join('\u001f');
  }
}
