import { eventLogKind, logRowId } from '../kernel/outbox.ts';
import type { EventLogRow } from '../kernel/outbox.ts';
import type { Changes, Records, Row } from '../kernel/record-access.ts';
import type { IndexValue } from '../store.ts';
import { familyOfType } from './event-types.ts';
import type { EventFamily } from './event-types.ts';

/** The part of every event that tells it apart. Its other members are its own. */
export interface EventContent {
  readonly type: string;
}

/** An event with its number. */
export interface SequencedEvent {
  readonly number: number;
  readonly type: string;
  readonly family: EventFamily;
  readonly content: EventContent;
}

/** What a page of the log shows. */
export interface EventFilter {
  /** Whether the page may show the event. */
  accepts(event: SequencedEvent): boolean;
  /** A text that every event of the page contains, by which whole rows are left out without reading them. */
  readonly contains?: string;
  /** Epoch milliseconds: nothing that was numbered before is shown. */
  readonly fromMs: number;
}

export interface EventPage {
  readonly events: readonly SequencedEvent[];
  /** Where the next page starts; undefined at the end. */
  readonly end: readonly IndexValue[] | undefined;
}

/** The most that one page looks through to find what its filters keep: some 20 ms of work. */
const mostSeen = { rows: 1_024, events: 5_000, characters: 2_097_152 };
const rowsPerRead = 256;

/** The number of the oldest event that can still be read: rows before `fromMs` may be there, until they are purged. */
export function oldestEventNumber(changes: Changes, outbox: string, fromMs: number): number {
  const rowAt = (number: number) => logRowsAfter(changes, outbox, number - 1, 1)[0]?.value;
  const isShown = (row: EventLogRow | undefined) => row === undefined || row.numberedAtMs > fromMs;
  const oldest = rowAt(1);
  if (oldest === undefined) return changes.lastSequence(outbox) + 1;
  let [hidden, shown] = [oldest.first - 1, changes.lastSequence(outbox) + 1];
  if (isShown(oldest)) return oldest.first;
  while (shown - hidden > 1) {
    const middle = Math.floor((hidden + shown) / 2);
    if (isShown(rowAt(middle))) shown = middle;
    else hidden = middle;
  }
  // Those between may be purged already: each is kept as long as whoever caused it says.
  return rowAt(shown)?.first ?? shown;
}

/** The rows that hold the events after a number, oldest first. */
export function logRowsAfter(
  records: Records,
  outbox: string,
  after: number,
  limit: number,
): readonly Row<EventLogRow>[] {
  return records.range({ kind: eventLogKind, partition: outbox, from: logRowId(after + 1), limit });
}

/** The events of a row, in order. */
export function readEvents({ first, eventsJson }: EventLogRow): readonly SequencedEvent[] {
  const contents = JSON.parse(eventsJson) as readonly EventContent[];
  return contents.map((content, index) => {
    return { number: first + index, type: content.type, family: familyOfType(content.type) ?? 'access', content };
  });
}

/** An event as everybody is shown it. */
export function toWireEvent({ number, content }: SequencedEvent): EventContent & { id: string; number: number } {
  return { id: String(number), number, ...content };
}

/** Up to `limit` events, newest first, from where the last page ended. */
export function readEventPage(
  records: Records,
  outbox: string,
  { accepts, contains, fromMs }: EventFilter,
  { after, limit }: { readonly after: readonly IndexValue[] | undefined; readonly limit: number },
): EventPage {
  const events: SequencedEvent[] = [];
  const [before = Infinity] = (after ?? []) as readonly number[];
  const seen = { rows: 0, events: 0, characters: 0 };
  let bound = before === Infinity ? {} : { to: logRowId(before + largestRowSize) };
  for (let rowCount = limit + 1; ;) {
    const range = { kind: eventLogKind, partition: outbox, descending: true, limit: Math.min(rowCount, rowsPerRead) };
    const rows = records.range({ ...range, ...bound });
    let reached = before;
    for (const { id, value } of rows) {
      if (value.numberedAtMs < fromMs) return { events, end: undefined };
      bound = { to: id };
      reached = Math.min(reached, value.first);
      seen.rows += 1;
      if (contains !== undefined && !value.eventsJson.includes(contains)) continue;
      for (const event of readEvents(value).toReversed()) {
        if (event.number >= before || !accepts(event)) continue;
        if (events.length === limit) return { events, end: [event.number + 1] };
        events.push(event);
      }
      seen.events += value.count;
      seen.characters += value.eventsJson.length;
      if (seen.events >= mostSeen.events || seen.characters >= mostSeen.characters) return { events, end: [reached] };
    }
    if (rows.length < range.limit) return { events, end: undefined };
    if (seen.rows >= mostSeen.rows) return { events, end: [reached] };
    rowCount = rowsPerRead;
  }
}

/** The most events of a row: so many numbers beyond an event, its row ends at the latest. */
const largestRowSize = 64;
