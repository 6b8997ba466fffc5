import type { Changes, Range, Records, Row } from '../kernel/record-access.ts';
import { placeOf } from '../partitions.ts';
import { readLockCount, writeLockCount } from '../shared/lock-counts.ts';
import type { LockCount } from '../shared/lock-counts.ts';
import { toWireTime } from '../shared/times.ts';
import {
  blockerClaimKind,
  definitionKind,
  heldBelowKind,
  joinId,
  lockKind,
  nameBelowKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
} from './records.ts';
import type {
  BlockerClaim,
  Claim,
  Definition,
  EventType,
  Lock,
  NameBelow,
  SlotChunk,
  SlotHolder,
  SlotSummary,
} from './records.ts';
import type { NamedResourceSettings } from './settings.ts';
import { parseSlotName } from './slot-name.ts';

const rowsPerPage = 1_000;

/** One tenant's named resources in one environment, to read. */
export class ResourceView {
  readonly partition: string;
  readonly #records: Records;

  constructor(records: Records, partition: string) {
    this.#records = records;
    this.partition = partition;
  }

  /** The lock on a name; `ahead` names those likely to be read next. */
  lock(resource: string, ahead?: () => Iterable<string>): Lock | undefined {
    return this.#records.get(lockKind, this.partition, resource, ahead);
  }

  lockCount(): LockCount {
    return readLockCount(this.#records, this.partition);
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

  /** Prefetches these names' definitions, and those of the pools they may be slots of. */
  expectDefinitions(names: readonly string[]): void {
    this.#records.readAhead(definitionKind, this.partition, names);
    const pools = names.flatMap((name) => parseSlotName(name)?.pool ?? []);
    this.#records.readAhead(definitionKind, this.partition, pools);
  }

  expectLocks(names: Iterable<string>): void {
    this.#records.readAhead(lockKind, this.partition, names);
  }

  blockerClaim(resource: string, releaseToken: string): BlockerClaim | undefined {
    return this.blockerClaimById(joinId(resource, releaseToken));
  }

  blockerClaimById(id: string): BlockerClaim | undefined {
    return this.#records.get(blockerClaimKind, this.partition, id);
  }

  /** The blocker claim that lapses last. */
  lastBlockerClaim(resource: string): BlockerClaim | undefined {
    const range = { kind: blockerClaimKind, partition: this.partition, index: 'until', equals: [resource] };
    return this.#records.range({ ...range, descending: true, limit: 1 })[0]?.value;
  }

  /** Up to `limit` claims that took this name along and haven't lapsed, soonest to lapse first. */
  liveBlockerClaims(resource: string, nowMs: number, limit: number): readonly BlockerClaim[] {
    const range = { kind: blockerClaimKind, partition: this.partition, index: 'until', equals: [resource] };
    return this.#records.range({ ...range, from: nowMs + 1, limit }).map((row) => row.value);
  }

  /** Runs `visit` for each item in order; what all of them miss is loaded in one round trip. */
  forEach<Item>(items: readonly Item[], visit: (item: Item, index: number) => void): void {
    this.#records.forEach(items, visit);
  }

  /** Up to `limit` held names below `upper`, soonest to be free first. */
  namesHeldBelow(upper: string, nowMs: number, limit: number): readonly NameBelow[] {
    const range = { kind: nameBelowKind, partition: this.partition, index: 'until', equals: [upper] };
    return this.#records.range({ ...range, from: nowMs + 1, limit }).map((row) => row.value);
  }

  /** Names below `upper` taken by others than `requester`, including lapsed ones until swept. */
  *namesTakenBelow(upper: string, requester: string): Generator<NameBelow> {
    const range = { kind: nameBelowKind, index: 'requester', equals: [upper] };
    const positionOf = ({ id, value }: Row<NameBelow>) => [value.requester, id];
    for (const row of this.#rows({ ...range, to: requester }, positionOf)) yield row.value;
    for (const row of this.#rows({ ...range, from: `${requester}\u0001` }, positionOf)) yield row.value;
  }

  /** Names below `upper` whose lock has claims from before version 2, in order. */
  *oldNamesBelow(upper: string): Generator<string> {
    const range = { kind: heldBelowKind, from: joinId(upper, ''), to: `${upper}\u0020` };
    for (const row of this.#rows(range, ({ id }) => [id])) yield row.value.resource;
  }

  /** Up to `limit` locks on names at or after `from` and before `to`, in order. */
  locksBetween(from: string, to: string, limit: number): readonly Lock[] {
    return this.#records.range({ kind: lockKind, partition: this.partition, from, to, limit }).map((row) => row.value);
  }

  /** Up to `limit` locks on names at or after `from`, in order. */
  locksFrom(from: string, limit: number): readonly Lock[] {
    return this.#records.range({ kind: lockKind, partition: this.partition, from, limit }).map((row) => row.value);
  }

  *#rows<Value>(
    query: Omit<Range<Value>, 'partition' | 'limit'>,
    positionOf: (row: Row<Value>) => Range<Value>['after'] & {},
  ): Generator<Row<Value>> {
    const range = { ...query, partition: this.partition, limit: rowsPerPage };
    let page = this.#records.range(range);
    while (page.length > 0) {
      yield* page;
      const last = page.at(-1);
      if (page.length < rowsPerPage || last === undefined) return;
      page = this.#records.range({ ...range, after: positionOf(last) });
    }
  }
}

/** The claim that an event is about, and why it was ended by force, if it was and somebody said so. */
type EventClaim = Claim & { readonly reason?: string | undefined };

/** One tenant's named resources in one environment, to read and to change. */
export class ResourceState extends ResourceView {
  readonly settings: NamedResourceSettings;
  readonly #changes: Changes;

  constructor(changes: Changes, partition: string, settings: NamedResourceSettings) {
    super(changes, partition);
    this.#changes = changes;
    this.settings = settings;
  }

  nextSequence(): number {
    return this.#changes.nextSequence(this.partition);
  }

  /** Runs `change` and rolls it back unless it returns true. */
  attempt(change: () => boolean): boolean {
    return this.#changes.attempt(change);
  }

  /** Stores the lock, or deletes it once it is empty. */
  putLock(lock: Lock): void {
    if (lock.requester === null && lock.heldBelow === 0) {
      this.#changes.delete(lockKind, this.partition, lock.resource);
    } else {
      this.#changes.put(lockKind, this.partition, lock.resource, lock);
    }
  }

  putLockCount(count: LockCount): void {
    writeLockCount(this.#changes, this.partition, count);
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

  /** Deletes all slots of a pool, none of which may be held. */
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

  putBlockerClaim(claim: BlockerClaim): void {
    this.#changes.put(blockerClaimKind, this.partition, joinId(claim.resource, claim.releaseToken), claim);
  }

  deleteBlockerClaim(resource: string, releaseToken: string): void {
    this.#changes.delete(blockerClaimKind, this.partition, joinId(resource, releaseToken));
  }

  putNameBelow(name: NameBelow): void {
    this.#changes.put(nameBelowKind, this.partition, joinId(name.upper, name.resource), name);
  }

  deleteNameBelow(upper: string, resource: string): void {
    this.#changes.delete(nameBelowKind, this.partition, joinId(upper, resource));
  }

  deleteHeldBelow(upper: string, resource: string): void {
    this.#changes.delete(heldBelowKind, this.partition, joinId(upper, resource));
  }

  /** Writes an event. */
  recordEvent(type: EventType, resource: string, requester: string, claim: EventClaim, nowMs: number): void {
    const keptMs = this.settings.eventHistoryMs;
    if (keptMs === 0) return;
    const { resourceType, apiKeyLabel, fencingToken, metadataJson, reason } = claim;
    const event = { type, at: toWireTime(nowMs), resource, requester, resourceType, apiKeyLabel, fencingToken, reason };
    const text = `${JSON.stringify(event).slice(0, -1)},"metadata":${metadataJson ?? 'null'}}`;
    this.#changes.announce({ partition: this.partition, place: placeOf(this.partition), keptMs, text });
  }
}
