import type { OperationId, ReservationEvent } from '@holdfast/contract';

import type { Caller } from '../caller.ts';
import type { Query } from '../kernel/command.ts';
import type { Range, Row } from '../kernel/record-access.ts';
import type { ReadOperation } from '../operation.ts';
import { eventPartition, namedResourcePartition } from '../partitions.ts';
import { endOfPrefix } from '../shared/code-points.ts';
import { Cursors, meaningOf } from '../shared/cursors.ts';
import { readEventPage, toWireEvent } from '../shared/event-log.ts';
import type { EventContent, SequencedEvent } from '../shared/event-log.ts';
import { accepted, isRefused } from '../shared/outcomes.ts';
import type { Outcome, Refused } from '../shared/outcomes.ts';
import { readPage } from '../shared/pages.ts';
import { parseWindow } from '../shared/times.ts';
import type { NamedResourceContext } from './context.ts';
import { findHeldLock, findTarget, toHeldLock } from './placement.ts';
import type { HeldLock } from './placement.ts';
import { definitionKind, lockKind } from './records.ts';
import type { Definition, Lock } from './records.ts';
import { slotName } from './slot-name.ts';
import { occupiedSlots } from './slots.ts';
import { ResourceView } from './state.ts';
import { toPoolState, toReservation, toResourceState, toSlotState, toWireDefinition } from './wire.ts';

type Read<Id extends OperationId> = ReadOperation<Id, NamedResourceContext>;

/** How many rows a page has when the caller doesn't say. */
const usualLimit = 100;

export const listReservations: Read<'listReservations'> = (caller, { query }, context) => {
  const { requester, resourcePrefix, resourceType } = query;
  return pageQuery(caller, context, {
    name: 'reservations',
    query,
    toRange: () => ({
      kind: lockKind,
      ...(requester === undefined ? {} : { index: 'requester', equals: [requester] }),
      ...boundsOfPrefix(resourcePrefix),
    }),
    toItem: ({ value }: Row<Lock>, nowMs, view) => {
      const held = toHeldLock(view, value, nowMs);
      if (held === undefined) return undefined;
      return resourceType === undefined || held.claim.resourceType === resourceType ? toReservation(held) : undefined;
    },
    toResult: (reservations, nextCursor) => ({ reservations, nextCursor }),
  });
};

export const getReservation: Read<'getReservation'> = (caller, { path: { resource } }) => {
  const partition = namedResourcePartition(caller);
  return {
    partitions: [partition],
    reads: [],
    run(records, nowMs) {
      const view = new ResourceView(records, partition);
      const target = findTarget(view, resource);
      if (target.type === 'pool') return accepted(readPool(view, target.definition, nowMs));
      return accepted(toResourceState(resource, findHeldLock(view, resource, nowMs)));
    },
  };
};

export const listDefinitions: Read<'listDefinitions'> = (caller, { query }, context) =>
  pageQuery(caller, context, {
    name: 'definitions',
    query,
    toRange: () => ({ kind: definitionKind, ...boundsOfPrefix(query.namePrefix) }),
    toItem: ({ value }: Row<Definition>) => toWireDefinition(value),
    toResult: (definitions, nextCursor) => ({ definitions, nextCursor }),
  });

export const listEventHistory: Read<'listEventHistory'> = (caller, { query }, { environment, settings }) => {
  const times = parseWindow(query.from, query.to);
  if (isRefused(times)) return times;
  const { cursor, limit = usualLimit, ...filters } = query;
  const outbox = eventPartition(caller);
  const cursors = new Cursors(environment, [outbox, 'history', meaningOf(filters)]);
  const after = cursors.read(cursor);
  if (isRefused(after)) return after;
  const { resource, type } = query;
  const contains = resource === undefined ? {} : { contains: JSON.stringify(resource) };
  return {
    partitions: [outbox],
    reads: [],
    numbersFirst: outbox,
    run(records, nowMs) {
      // Hides what is due to be purged, so that it makes no difference when it is.
      const fromMs = Math.max(times.fromMs ?? 0, nowMs - settings.eventHistoryMs + 1);
      const accepts = ({ family, content }: SequencedEvent) => {
        if (family !== 'resources' || (type !== undefined && content.type !== type)) return false;
        const event = content as EventContent & ReservationEvent;
        const atMs = Date.parse(event.at);
        return (
          (resource === undefined || event.resource === resource) && atMs >= fromMs && atMs < (times.toMs ?? Infinity)
        );
      };
      const { events, end } = readEventPage(records, outbox, { accepts, fromMs, ...contains }, { after, limit });
      return accepted({
        events: events.map((event) => toWireEvent(event) as unknown as ReservationEvent),
        nextCursor: end === undefined ? null : cursors.write(end),
      });
    },
  };
};

/** One page of a list: which rows to read, which items to make of them, and how to answer. */
interface Listing<Value, Item, Result> {
  readonly name: string;
  readonly query: { readonly cursor?: string | undefined; readonly limit?: number | undefined };
  toRange(nowMs: number): Omit<Range<Value>, 'limit' | 'partition' | 'after'>;
  /** Undefined for a row that the filters leave out. */
  toItem(row: Row<Value>, nowMs: number, view: ResourceView): Item | undefined;
  toResult(items: Item[], nextCursor: string | null): Result;
}

function pageQuery<Value, Item, Result>(
  caller: Caller,
  { environment }: NamedResourceContext,
  { name, query, toRange, toItem, toResult }: Listing<Value, Item, Result>,
): Query<Outcome<Result>> | Refused {
  const partition = namedResourcePartition(caller);
  const { cursor, limit = usualLimit, ...filters } = query;
  const cursors = new Cursors(environment, [partition, name, meaningOf(filters)]);
  const after = cursors.read(cursor);
  if (isRefused(after)) return after;
  return {
    partitions: [partition],
    reads: [],
    run(records, nowMs) {
      const range = { ...toRange(nowMs), partition, ...(after === undefined ? {} : { after }) };
      const view = new ResourceView(records, partition);
      const page = readPage(records, range, limit, (row) => toItem(row, nowMs, view));
      return accepted(toResult(page.items, page.end === undefined ? null : cursors.write(page.end)));
    },
  };
}

function boundsOfPrefix(prefix: string | undefined): { readonly from?: string; readonly to?: string } {
  if (prefix === undefined) return {};
  const to = endOfPrefix(prefix);
  return { from: prefix, ...(to === undefined ? {} : { to }) };
}

/** The most metadata in the answer for a pool, in characters of JSON: that of 10,000 slots could be 40 MB. */
const mostMetadata = 262_144;

function withoutMetadata({ lock, claim }: HeldLock): HeldLock {
  return { lock, claim: { ...claim, metadataJson: null } };
}

/** A pool with all its slots, and those beyond its capacity that are still held. */
function readPool(view: ResourceView, definition: Definition, nowMs: number) {
  const { name: pool, capacity } = definition;
  const held = new Map<number, HeldLock>();
  const occupied = occupiedSlots(view, pool).filter((slot) => slot.freeAtMs > nowMs);
  view.forEach(occupied, ({ number }) => {
    const lock = findHeldLock(view, slotName({ pool, number }), nowMs);
    if (lock !== undefined) held.set(number, lock);
  });
  const beyond = [...held.keys()].filter((number) => number >= capacity);
  const numbers = [...Array(capacity).keys(), ...beyond.sort((left, right) => left - right)];
  let rest = mostMetadata;
  const slots = numbers.map((number) => {
    const lock = held.get(number);
    rest -= lock?.claim.metadataJson?.length ?? 0;
    return toSlotState(slotName({ pool, number }), lock && rest < 0 ? withoutMetadata(lock) : lock);
  });
  return toPoolState(pool, capacity, capacity - (held.size - beyond.length), slots);
}
