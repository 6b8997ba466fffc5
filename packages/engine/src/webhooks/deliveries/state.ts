import type { EventLogRow } from '../../kernel/outbox.ts';
import { recordKey } from '../../kernel/record-access.ts';
import type { Changes, Row } from '../../kernel/record-access.ts';
import { eventPartition, webhookQueuePartition } from '../../partitions.ts';
import type { Place } from '../../place.ts';
import { logRowsAfter } from '../../shared/event-log.ts';
import type { RecordKey } from '../../store.ts';
import { deliveryKind, lineKind, onlyId, queueKind, removalKind } from '../records.ts';
import type { Delivery, DeliveryStatus, Queue } from '../records.ts';
import { removeSome } from '../removal.ts';
import { WebhookState } from '../state.ts';

const numberDigits = 16;

/** How many rows of the log are read at a time. */
export const mostLogRows = 32;

/** The id of an event's delivery. Ids sort as numbers do. */
export function deliveryId(eventNumber: number): string {
  return String(eventNumber).padStart(numberDigits, '0');
}

/** The inverse of {@link deliveryId}; undefined for what can't be one. */
export function eventNumberOf(id: string): number | undefined {
  return /^\d{16}$/u.test(id) ? Number(id) : undefined;
}

export function deliveryKey(partition: string, eventNumber: number): RecordKey {
  return recordKey(deliveryKind, partition, deliveryId(eventNumber));
}

/** What one endpoint has been sent and is going to be. */
export class QueueState {
  readonly webhooks: WebhookState;
  readonly endpointId: string;
  readonly nowMs: number;
  readonly #changes: Changes;
  readonly #partition: string;

  constructor(changes: Changes, place: Place, endpointId: string, nowMs: number) {
    this.webhooks = new WebhookState(changes, place, nowMs);
    this.endpointId = endpointId;
    this.nowMs = nowMs;
    this.#changes = changes;
    this.#partition = webhookQueuePartition(place, endpointId);
  }

  queue(): Queue | undefined {
    return this.#changes.get(queueKind, this.#partition, onlyId);
  }

  putQueue(queue: Queue): void {
    this.#changes.put(queueKind, this.#partition, onlyId, queue);
  }

  delivery(eventNumber: number): Delivery | undefined {
    return this.#changes.get(deliveryKind, this.#partition, deliveryId(eventNumber));
  }

  /** Those that there are, by number. */
  deliveries(eventNumbers: readonly number[]): ReadonlyMap<number, Delivery> {
    const known = new Map<number, Delivery>();
    this.#changes.forEach(eventNumbers, (eventNumber) => {
      const delivery = this.delivery(eventNumber);
      if (delivery !== undefined) known.set(eventNumber, delivery);
    });
    return known;
  }

  putDelivery(delivery: Delivery): void {
    this.#changes.put(deliveryKind, this.#partition, deliveryId(delivery.eventNumber), delivery);
  }

  /** The oldest pending delivery of a line. */
  firstPendingOf(line: string): Delivery | undefined {
    const equals = [line, 'pending'];
    const range = { kind: deliveryKind, partition: this.#partition, index: 'line', equals, limit: 1 };
    return this.#changes.range(range)[0]?.value;
  }

  /** How many deliveries of a line are pending. */
  pendingIn(line: string): number {
    return this.#changes.get(lineKind, this.#partition, line)?.pending ?? 0;
  }

  putPending(line: string, pending: number): void {
    if (pending === 0) this.#changes.delete(lineKind, this.#partition, line);
    else this.#changes.put(lineKind, this.#partition, line, { pending });
  }

  /** Up to `limit` deliveries that wait for a time, the earliest first. */
  nextDue(limit: number): readonly (Delivery & { readonly dueAtMs: number })[] {
    const range = { kind: deliveryKind, partition: this.#partition, index: 'due', limit };
    return this.#changes.range(range).map(({ value }) => ({ ...value, dueAtMs: value.dueAtMs ?? Infinity }));
  }

  /** Deliveries with a status, of events after a number, in order. */
  withStatus(status: DeliveryStatus, after: number, limit: number): readonly Delivery[] {
    const position = { equals: [status], after: [deliveryId(after)] };
    const range = { kind: deliveryKind, partition: this.#partition, index: 'status', ...position, limit };
    return this.#changes.range(range).map(({ value }) => value);
  }

  /** Up to {@link mostLogRows} rows of the log, from that with the event after a number. */
  logRowsAfter(after: number): readonly Row<EventLogRow>[] {
    return logRowsAfter(this.#changes, eventPartition(this.webhooks.place), after, mostLogRows);
  }

  /** Keeps when there is something to send next. */
  noteDue(): number | null {
    const queue = this.queue();
    const dueAtMs = this.nextDue(1)[0]?.dueAtMs ?? null;
    if (queue !== undefined && queue.dueAtMs !== dueAtMs) this.putQueue({ ...queue, dueAtMs });
    return dueAtMs;
  }

  /** A process looks after the endpoint until a time. */
  keep(keeper: string, keptUntilMs: number): void {
    const queue = this.queue();
    if (queue !== undefined) this.putQueue({ ...queue, keeper, keptUntilMs });
  }

  /** Nothing more is sent, since the receiver said so. */
  disableEndpoint(): void {
    const endpoint = this.webhooks.endpoint(this.endpointId);
    if (endpoint === undefined) return;
    const disabled = { enabled: false, disabledReason: 'gone', updatedAtMs: this.nowMs } as const;
    this.webhooks.putEndpoint(this.endpointId, { ...endpoint, ...disabled });
  }

  /** Whether deliveries of a deleted endpoint with this id are still to be removed. */
  get isBeingRemoved(): boolean {
    return this.#changes.get(removalKind, this.#partition, onlyId) !== undefined;
  }

  removeSome(): void {
    removeSome(this.#changes, this.#partition);
  }

  /** Loads several things in one round. */
  load(reads: readonly (() => unknown)[]): void {
    this.#changes.forEach(reads, (read) => read());
  }
}
