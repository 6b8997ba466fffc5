import type { OutboxEvent } from './outbox-event.ts';
import type { EventList, Reads } from './reads.ts';

/** What somebody has read who always asked for what is newer than the last that was there. */
export interface Tail {
  readonly name: string;
  readonly events: readonly OutboxEvent[];
  /** Whether an event is among those that it was shown. */
  shows(event: OutboxEvent): boolean;
}

/**
 * Reads a list of events while everything happens. It never looks behind what it has seen, as no consumer would: an
 * event that comes there later is one that it has lost.
 */
export class ListTail implements Tail {
  readonly name: string;
  readonly events: OutboxEvent[] = [];
  readonly #list: EventList;

  constructor(list: EventList, reader: string) {
    this.#list = list;
    this.name = `${reader}, of ${list.name}`;
  }

  shows(event: OutboxEvent): boolean {
    return this.#list.has(event);
  }

  /** Takes in what is new. Of a read that fails half-way, nothing. */
  async read(reads: Reads): Promise<void> {
    const last = this.events.at(-1)?.number ?? 0;
    const fresh: OutboxEvent[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#list.page(reads, cursor);
      const newer = page.events.filter(({ number }) => number > last);
      fresh.push(...newer);
      cursor = newer.length < page.events.length ? undefined : page.cursor;
    } while (cursor !== undefined);
    this.events.push(...fresh.toReversed());
  }
}
