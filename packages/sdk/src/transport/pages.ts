import { HoldfastPromise } from './holdfast-promise.ts';

/**
 * What every list answers with, besides its items: the opaque place to go on from, null on the last page. Named
 * resources and credits were published with different words for it.
 */
export type Page = { nextCursor: string | null } | { pagination: { next_cursor: string | null } };

/** Asks for the page at a cursor, which goes over the query's own; without one for the first page. */
type LoadPage<OnePage> = (from: { cursor?: string }) => HoldfastPromise<OnePage>;

/**
 * A list: awaited it is its first page, iterated it is every item, page after page, each asked for when it is needed.
 * Items that are added or removed meanwhile never make the iteration skip or repeat another one.
 *
 * @example
 * ```ts
 * for await (const reservation of holdfast.resources.list({ resourcePrefix: 'printer/' })) {
 *   console.log(reservation.resource, reservation.requester);
 * }
 *
 * const { reservations, nextCursor } = await holdfast.resources.list({ limit: 10 });
 * ```
 */
export class PagePromise<OnePage extends Page, Item> extends HoldfastPromise<OnePage> implements AsyncIterable<Item> {
  readonly #load: LoadPage<OnePage>;
  readonly #itemsOf: (page: OnePage) => readonly Item[];

  /** @internal */
  constructor(load: LoadPage<OnePage>, itemsOf: (page: OnePage) => readonly Item[]) {
    super(load({}).withResponse());
    this.#load = load;
    this.#itemsOf = itemsOf;
  }

  /** Iterates over whole pages, the first one included. */
  async *byPage(): AsyncGenerator<OnePage, void> {
    let { data: page } = await this.withResponse();
    yield page;
    for (let cursor = cursorAfter(page); cursor; cursor = cursorAfter(page)) {
      page = await this.#load({ cursor });
      yield page;
    }
  }

  /** Iterates over the items of this page and of all pages after it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const page of this.byPage()) yield* this.#itemsOf(page);
  }
}

function cursorAfter(page: Page): string | null {
  return 'pagination' in page ? page.pagination.next_cursor : page.nextCursor;
}
