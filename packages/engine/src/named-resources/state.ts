import type { Changes, Kind, Records, Row } from '../record-access.ts';
import { eventId } from '../shared/event-id.ts';
import {
  definitionKind,
  eventKind,
  heldBelowKind,
  joinId,
  lockKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
} from './records.ts';
import type { Claim, Definition, EventType, Lock, SlotChunk, SlotHolder, SlotSummary } from './records.ts';

/** What a tenant's named resources are run with. */
export interface ResourceSettings {
  /** Whether only registered names can be claimed. */
  readonly requireRegistration: boolean;
  /** How long an event stays in the history, in milliseconds. */
  readonly eventHistoryMs: number;
}

const rowsPerPage = 100;

/** One tenant's named resources in one environment, to read. */
export class ResourceView {
  readonly partition: string;
  readonly #records: Records;

  constructor(records: Records, partition: string) {
    this.#records = records;
    this.partition = partition;
  }

  /** The lock on a name; `ahead` names those that are likely to be asked for next. */
  lock(resource: string, ahead?: () => Iterable<string>): Lock | undefined {
    return this.#records.get(lockKind, this.partition, resource, ahead);
  }

  definition(name: string): Definition | undefined {
    return this.#records.get(definitionKind, this.partition, name);
  }

  slotSummary(pool: string): SlotSummary | undefined {
    return this.#records.get(slotSummaryKind, this.partition, pool);
  }

  slotChunk(pool: string, chunk: number): SlotChunk | undefined {
    return this.#records.get(slotChunkKind, this.partition, joinId(pool, String(chunk)));
  }

  slotHolder(pool: string, requester: string): SlotHolder | undefined {
    return this.#records.get(slotHolderKind, this.partition, joinId(pool, requester));
  }

  /** Runs `visit` for each item in order; what is missing for all of them is loaded at once. */
  forEach<Item>(items: readonly Item[], visit: (item: Item, index: number) => void): void {
    this.#records.forEach(items, visit);
  }

  /** Names below `upper` in the tree that have a lock with claims, in order. */
  *namesBelow(upper: string): Generator<string> {
    for (const row of this.#rows(heldBelowKind, joinId(upper, ''), `${upper}\u0020`)) yield row.value.resource;
  }

  /** Locks on names at or after `from` and before `to`, in order. */
  *locksBetween(from: string, to: string): Generator<Lock> {
    for (const row of this.#rows(lockKind, from, to)) yield row.value;
  }

  *#rows<Value>(kind: Kind<Value>, from: string, to: string): Generator<Row<Value>> {
    const range = { kind, partition: this.partition, from, to, limit: rowsPerPage };
    let page = this.#records.range(range);
    while (page.length > 0) {
      yield* page;
      const last = page.at(-1);
      if (page.length < rowsPerPage || last === undefined) return;
      page = this.#records.range({ ...range, after: [last.id] });
    }
  }
}

/** One tenant's named resources in one environment, to read and to change. */
export class ResourceState extends ResourceView {
  readonly settings: ResourceSettings;
  readonly #changes: Changes;

  constructor(changes: Changes, partition: string, settings: ResourceSettings) {
    super(changes, partition);
    this.#changes = changes;
    this.settings = settings;
  }

  nextSequence(): number {
    return this.#changes.nextSequence(this.partition);
  }

  /** Keeps what `change` does only if it returns true. */
  attempt(change: () => boolean): boolean {
    return this.#changes.attempt(change);
  }

  /** Keeps the lock, or nothing of it once it says nothing any more. */
  putLock(lock: Lock): void {
    if (lock.claims.length === 0 && lock.heldBelow === 0) {
      this.#changes.delete(lockKind, this.partition, lock.resource);
    } else {
      this.#changes.put(lockKind, this.partition, lock.resource, lock);
    }
  }

  putDefinition(definition: Definition): void {
    this.#changes.put(definitionKind, this.partition, definition.name, definition);
  }

  deleteDefinition(name: string): void {
    this.#changes.delete(definitionKind, this.partition, name);
  }

  putSlotChunk(pool: string, chunk: number, value: SlotChunk): void {
    this.#changes.put(slotChunkKind, this.partition, joinId(pool, String(chunk)), value);
  }

  putSlotSummary(pool: string, value: SlotSummary): void {
    this.#changes.put(slotSummaryKind, this.partition, pool, value);
  }

  /** Forgets all slots of a pool, none of which may be held. */
  deleteSlots(pool: string, chunks: number): void {
    this.#changes.delete(slotSummaryKind, this.partition, pool);
    for (let chunk = 0; chunk < chunks; chunk++) {
      this.#changes.delete(slotChunkKind, this.partition, joinId(pool, String(chunk)));
    }
  }

  putSlotHolder(pool: string, requester: string, slot: number): void {
    this.#changes.put(slotHolderKind, this.partition, joinId(pool, requester), { slot });
  }

  deleteSlotHolder(pool: string, requester: string): void {
    this.#changes.delete(slotHolderKind, this.partition, joinId(pool, requester));
  }

  putHeldBelow(upper: string, resource: string): void {
    this.#changes.put(heldBelowKind, this.partition, joinId(upper, resource), { resource });
  }

  deleteHeldBelow(upper: string, resource: string): void {
    this.#changes.delete(heldBelowKind, this.partition, joinId(upper, resource));
  }

  /** Writes what happened to a name into the history. */
  recordEvent(type: EventType, resource: string, requester: string, claim: Claim, nowMs: number): void {
    const { resourceType, apiKeyLabel, fencingToken, metadataJson } = claim;
    this.#changes.insert(eventKind, this.partition, eventId(nowMs, this.nextSequence()), {
      type,
      atMs: nowMs,
      resource,
      requester,
      resourceType,
      apiKeyLabel,
      fencingToken,
      metadataJson,
      purgeAtMs: nowMs + this.settings.eventHistoryMs,
    });
  }
}
