import type { Environment } from '../environment.ts';
import type { Range, Records, Row } from '../kernel/record-access.ts';
import { Cursors, meaningOf } from './cursors.ts';
import type { Position } from './cursors.ts';
import { readEventPage } from './event-log.ts';
import type { EventFilter, SequencedEvent } from './event-log.ts';
import { isRefused } from './outcomes.ts';
import type { Refused } from './outcomes.ts';
import { readPage } from './pages.ts';

/** How many rows a page has when the caller doesn't say. */
const usualLimit = 50;

/** The query of a list. All other members are filters, which must stay the same on all pages. */
interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

interface WirePage<Item> {
  data: Item[];
  pagination: { has_more: boolean; next_cursor: string | null };
}

/** The page that a request asks for, of the list with this name. */
export function findPage(
  name: readonly string[],
  query: PageQuery,
  { environment }: { readonly environment: Environment },
): ListPage | Refused {
  const { cursor, limit = usualLimit, ...filters } = query;
  const cursors = new Cursors(environment, [...name, meaningOf(filters)]);
  const after = cursors.read(cursor);
  return isRefused(after) ? after : new ListPage(cursors, after, limit);
}

/** One page of a list. */
class ListPage {
  readonly #cursors: Cursors;
  readonly #after: Position | undefined;
  readonly #limit: number;

  constructor(cursors: Cursors, after: Position | undefined, limit: number) {
    this.#cursors = cursors;
    this.#after = after;
    this.#limit = limit;
  }

  /** Its rows as items; `toItem` returns undefined for a row that the filters leave out. */
  read<Value, Item>(
    records: Records,
    range: Omit<Range<Value>, 'limit' | 'after'>,
    toItem: (row: Row<Value>) => Item | undefined,
  ): WirePage<Item> {
    const after = this.#after === undefined ? {} : { after: this.#after };
    const { items, end } = readPage(records, { ...range, ...after }, this.#limit, toItem);
    return this.#toWire(items, end);
  }

  /** Its events, newest first. */
  readEvents(records: Records, outbox: string, filter: EventFilter): WirePage<SequencedEvent> {
    const { events, end } = readEventPage(records, outbox, filter, { after: this.#after, limit: this.#limit });
    return this.#toWire([...events], end);
  }

  #toWire<Item>(data: Item[], end: Position | undefined): WirePage<Item> {
    const nextCursor = end === undefined ? null : this.#cursors.write(end);
    return { data, pagination: { has_more: end !== undefined, next_cursor: nextCursor } };
  }
}
