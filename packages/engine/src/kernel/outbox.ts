import { eventPartition } from '../partitions.ts';
import { compareCodePoints } from '../shared/code-points.ts';
import type { Write } from '../store.ts';
import type { Announcement } from './announcement.ts';
import { defineKind } from './record-access.ts';
import type { Kind } from './record-access.ts';

/** Several events, in order. */
interface EventBundle {
  readonly count: number;
  /** A JSON array of their texts. No store ever sees a client's member names. */
  readonly eventsJson: string;
}

/** Events with their numbers. */
export interface EventLogRow extends EventBundle {
  /** The number of the first of them. */
  readonly first: number;
  /** The clock of the outbox, which never runs backwards. */
  readonly numberedAtMs: number;
  readonly purgeAtMs: number;
}

/** Events of one commit and one of its partitions that have no numbers yet. */
export interface PendingEvents extends EventBundle {
  /** The partition's clock, so that its commits are in order. */
  readonly atMs: number;
  readonly keptMs: number;
  /** When somebody else should number them. */
  readonly dueAtMs: number;
}

/** By the number of its last event, in an {@link eventPartition}. The head's sequence is the last number of all. */
export const eventLogKind: Kind<EventLogRow> = defineKind({
  name: 'event-log',
  indexes: {},
  purgeField: 'purgeAtMs',
  appendOnly: true,
});

/** By partition, version and part, in an {@link eventPartition}. */
export const pendingEventsKind: Kind<PendingEvents> = defineKind({
  name: 'pending-events',
  indexes: { order: ['atMs'] },
  dueField: 'dueAtMs',
});

/** The most that a row holds, so that nobody has to read much at a time. */
const largestRow = { events: 64, characters: 65_536 };

/** How long whoever commits events has to have them numbered, in milliseconds, before others do it. */
const patienceMs = 1_000;

const numberDigits = 16;

/** The id of the log's row whose last event has this number. */
export function logRowId(lastNumber: number): string {
  return String(lastNumber).padStart(numberDigits, '0');
}

/** The log's rows for events that get the numbers after `last`, in this order. */
export function toLogWrites(
  outbox: string,
  bundles: readonly (EventBundle & { readonly keptMs: number })[],
  { last, nowMs }: { readonly last: number; readonly nowMs: number },
): readonly Write[] {
  let first = last + 1;
  return pack(bundles).map(({ keptMs, ...bundle }): Write => {
    const value = { first, ...bundle, numberedAtMs: nowMs, purgeAtMs: nowMs + keptMs };
    first += bundle.count;
    return { type: 'insert', key: { kind: eventLogKind, partition: outbox, id: logRowId(first - 1) }, value };
  });
}

/** The rows for events of a commit that get their numbers afterwards. */
export function toPendingWrites(
  outbox: string,
  announcements: readonly Announcement[],
  headOf: (partition: string) => { readonly version: number; readonly nowMs: number },
): readonly Write[] {
  return [...groupBy(announcements, ({ partition }) => partition)].flatMap(([partition, ofPartition]) => {
    const { version, nowMs: atMs } = headOf(partition);
    return pack(ofPartition.map(toBundle)).map((bundle, part): Write => {
      const id = [partition, logRowId(version), String(part).padStart(6, '0')].join('\u001f');
      const value = { ...bundle, atMs, dueAtMs: atMs + patienceMs };
      return { type: 'insert', key: { kind: pendingEventsKind, partition: outbox, id }, value };
    });
  });
}

/** Announcements by outbox, in order. */
export function byOutbox(announcements: readonly Announcement[]): ReadonlyMap<string, readonly Announcement[]> {
  return groupBy(announcements, ({ place }) => eventPartition(place));
}

/** In the order of those that get their numbers afterwards, so that all stores number alike. */
export function byPartition(announcements: readonly Announcement[]): readonly Announcement[] {
  return announcements.toSorted(({ partition: left }, { partition: right }) =>
    left === right ? 0 : compareCodePoints(left, right),
  );
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

export function toBundle({ text, keptMs }: Announcement) {
  return { count: 1, eventsJson: `[${text}]`, keptMs };
}

/** Joins bundles to as few as may be, in order. */
function pack<Bundle extends EventBundle & { readonly keptMs: number }>(bundles: readonly Bundle[]) {
  const packed: { count: number; texts: string[]; characters: number; keptMs: number }[] = [];
  for (const { count, eventsJson, keptMs } of bundles) {
    const last = packed.at(-1);
    const text = eventsJson.slice(1, -1);
    const hasRoom =
      last !== undefined &&
      last.count + count <= largestRow.events &&
      last.characters + text.length <= largestRow.characters;
    if (!hasRoom) {
      packed.push({ count, texts: [text], characters: text.length, keptMs });
      continue;
    }
    last.count += count;
    last.texts.push(text);
    last.characters += text.length;
    last.keptMs = Math.max(last.keptMs, keptMs);
  }
  return packed.map(({ count, texts, keptMs }) => ({ count, eventsJson: `[${texts.join(',')}]`, keptMs }));
}
