import type { Environment } from '../environment.ts';
import type { Query } from '../kernel/command.ts';
import type { Range, Records, Row } from '../kernel/record-access.ts';
import { Cursors, meaningOf } from '../shared/cursors.ts';
import type { Position } from '../shared/cursors.ts';
import { accepted, isRefused } from '../shared/outcomes.ts';
import type { Outcome, Refused } from '../shared/outcomes.ts';
import { readPage } from '../shared/pages.ts';

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

type PageRange<Value> = Omit<Range<Value>, 'limit' | 'after'>;

/** Undefined for a row that the filters leave out. */
type ToItem<Value, Item> = (row: Row<Value>) => Item | undefined;

/** Lists of this family, page by page. */
export class CreditPages {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The page that a request asks for, of the list with this name. */
  begin(name: readonly string[], query: PageQuery): CreditPage | Refused {
    const { cursor, limit = usualLimit, ...filters } = query;
    const cursors = new Cursors(this.#environment, [...name, meaningOf(filters)]);
    const after = cursors.read(cursor);
    return isRefused(after) ? after : new CreditPage(cursors, after, limit);
  }

  /** A page of a list in one partition, as a query. */
  query<Value, Item>(
    query: PageQuery,
    range: PageRange<Value>,
    toItem: ToItem<Value, Item>,
  ): Query<Outcome<WirePage<Item>>> | Refused {
    const page = this.begin([range.kind.name, range.partition], query);
    if (isRefused(page)) return page;
    return { partitions: [range.partition], reads: [], run: (records) => page.read(records, range, toItem) };
  }
}

class CreditPage {
  readonly #cursors: Cursors;
  readonly #after: Position | undefined;
  readonly #limit: number;

  constructor(cursors: Cursors, after: Position | undefined, limit: number) {
    this.#cursors = cursors;
    this.#after = after;
    this.#limit = limit;
  }

  read<Value, Item>(records: Records, range: PageRange<Value>, toItem: ToItem<Value, Item>): Outcome<WirePage<Item>> {
    return accepted(this.readRows(records, range, toItem));
  }

  readRows<Value, Item>(records: Records, range: PageRange<Value>, toItem: ToItem<Value, Item>): WirePage<Item> {
    const after = this.#after === undefined ? {} : { after: this.#after };
    const { items, end } = readPage(records, { ...range, ...after }, this.#limit, toItem);
    const nextCursor = end === undefined ? null : this.#cursors.write(end);
    return { data: items, pagination: { has_more: end !== undefined, next_cursor: nextCursor } };
  }
}
