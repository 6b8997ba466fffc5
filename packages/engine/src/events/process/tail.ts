import type { Environment } from '../../environment.ts';
import type { EventLogRow } from '../../kernel/outbox.ts';
import { TimeSlices } from '../../kernel/time-slices.ts';
import { readEvents } from '../../shared/event-log.ts';
import type { SequencedEvent } from '../../shared/event-log.ts';
import { OpenStream } from './event-stream.ts';
import type { StreamOptions, StreamSource } from './event-stream.ts';

export interface TailParts {
  readonly environment: Pick<Environment, 'elapsedMs' | 'schedule'>;
  /** Up to `limit` rows of the log after a number, oldest first. */
  readRows(after: number, limit: number): Promise<readonly EventLogRow[]>;
}

const rowsPerRead = 64;
/** What a reader is given at once, in UTF-16 code units, or a single row or event: it waits in memory until it is sent. */
const mostAtOnce = 65_536;
/** What is kept in memory for all readers of an outbox. */
const mostRecent = { events: 1_024, length: 1_048_576 };

interface Recent {
  readonly event: SequencedEvent;
  readonly length: number;
}

/** The end of one outbox, which all its readers in this process share. */
export class Tail implements StreamSource {
  readonly #parts: TailParts;
  readonly #streams = new Set<OpenStream>();
  /** Without gaps, up to the last. */
  #recent: Recent[] = [];
  #recentLength = 0;
  #last: number;
  /** So many rows are about as much as a reader is given at once. */
  #rowsAtOnce = rowsPerRead;
  #isRung = false;
  #reading: Promise<void> | undefined;

  /** @param last - The number of the outbox's last event: readers that begin before it read the log. */
  constructor(parts: TailParts, last: number) {
    this.#parts = parts;
    this.#last = last;
  }

  /** The number of the last event that this process has heard of. */
  get last(): number {
    return this.#last;
  }

  get streams(): ReadonlySet<OpenStream> {
    return this.#streams;
  }

  open(options: StreamOptions): OpenStream {
    const stream = new OpenStream(this, options);
    this.#streams.add(stream);
    return stream;
  }

  leave(stream: OpenStream): void {
    this.#streams.delete(stream);
  }

  recentAfter(number: number): { readonly events: readonly SequencedEvent[]; readonly last: number } | undefined {
    if (number >= this.#last) return { events: [], last: number };
    const first = this.#recent[0]?.event.number ?? this.#last + 1;
    if (number + 1 < first) return undefined;
    const newer = this.#recent.slice(this.#recent.findLastIndex(({ event }) => event.number <= number) + 1);
    const events = beginningOf(newer, ({ length }) => length).map(({ event }) => event);
    return { events, last: events.at(-1)?.number ?? number };
  }

  async readAfter(number: number): Promise<readonly SequencedEvent[]> {
    const rows = await this.#parts.readRows(number, this.#rowsAtOnce);
    const given = beginningOf(rows, lengthOf);
    this.#rowsAtOnce = given.length < rows.length ? given.length : Math.min(2 * this.#rowsAtOnce, rowsPerRead);
    return given.flatMap(readEvents).filter((event) => event.number > number);
  }

  /** Reads what is new, and wakes its readers. What rings meanwhile is read afterwards. Rejects with StoreUnavailable. */
  ring(): Promise<void> {
    this.#isRung = true;
    return (this.#reading ??= this.#readAll());
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#isRung) {
        this.#isRung = false;
        const rows = await this.#parts.readRows(this.#last, rowsPerRead);
        if (rows.length === rowsPerRead) this.#isRung = true;
        for (const row of rows) this.#keep(row);
        const length = rows.reduce((sum, row) => sum + lengthOf(row), 0);
        if (length > 0) await this.#wakeAll(length);
      }
    } finally {
      // In the same turn as the last look, so that nobody rings in vain.
      this.#reading = undefined;
    }
  }

  #keep(row: EventLogRow): void {
    for (const event of readEvents(row)) {
      if (event.number <= this.#last) continue;
      const length = Math.ceil(row.eventsJson.length / row.count);
      this.#recent.push({ event, length });
      this.#recentLength += length;
      this.#last = event.number;
    }
    let surplus = 0;
    while (this.#recent.length - surplus > mostRecent.events || this.#recentLength > mostRecent.length) {
      this.#recentLength -= this.#recent[surplus]?.length ?? 0;
      surplus += 1;
    }
    this.#recent = this.#recent.slice(surplus);
  }

  /** A thousand readers take their time, in which others are answered. */
  async #wakeAll(length: number): Promise<void> {
    const slices = new TimeSlices(this.#parts.environment);
    for (const stream of this.#streams) {
      stream.ring(length);
      await slices.pauseAfterThem();
    }
  }
}

function lengthOf({ eventsJson }: EventLogRow): number {
  return eventsJson.length;
}

/** As many of them as a reader is given at once: one at least. */
function beginningOf<Item>(items: readonly Item[], lengthOf: (item: Item) => number): readonly Item[] {
  let left = mostAtOnce;
  const tooMany = items.findIndex((item, index) => (left -= lengthOf(item)) < 0 && index > 0);
  return tooMany === -1 ? items : items.slice(0, tooMany);
}
