import type { EventType, Holdfast, HoldfastEvent } from '@holdfast/sdk';

import { familiesOf, matches } from './event-filter.ts';
import type { EventFilter } from './event-filter.ts';
import { isOtherEventType, isResourceEventType } from './event-types.ts';

/** A page of one of the server's two lists of events. */
interface ListPage {
  readonly events: readonly HoldfastEvent[];
  readonly nextCursor: string | null;
}

type LoadPage = (cursor: { readonly cursor?: string }) => Promise<ListPage>;

/** How far a list has been read: what was loaded and not taken yet, and where it goes on; null after its end. */
interface ListPosition {
  readonly ahead: readonly HoldfastEvent[];
  readonly cursor: string | null | undefined;
}

/** Where the history goes on, in each of its lists. */
export type HistoryPosition = readonly ListPosition[];

/** Some events of the history, newest first. */
export interface HistoryPage {
  readonly events: readonly HoldfastEvent[];
  /** Undefined after the oldest event. */
  readonly next: HistoryPosition | undefined;
}

const pageSize = 50;

/** A page ends after so many events, whether they are wanted or not: what is rare takes several. */
const mostLookedAt = 1_000;

/**
 * A page of what happened, newest first. The server has two lists, of named resources and of all else, whose events are
 * numbered in one row: this reads each as far as it must, and merges them.
 */
export async function readHistory(
  holdfast: Holdfast,
  filter: EventFilter,
  from: HistoryPosition | undefined,
): Promise<HistoryPage> {
  const lists = listsOf(holdfast, filter);
  let position = from ?? lists.map((): ListPosition => ({ ahead: [], cursor: undefined }));
  const events: HoldfastEvent[] = [];
  for (let looked = 0; looked < mostLookedAt && events.length < pageSize; looked += 1) {
    position = await Promise.all(position.map((list, index) => loadAhead(list, lists[index]!)));
    const newest = newestOf(position);
    if (newest === undefined) return { events, next: undefined };
    if (matches(newest, filter)) events.push(newest);
    position = position.map((list) => (list.ahead[0] === newest ? { ...list, ahead: list.ahead.slice(1) } : list));
  }
  return { events, next: position };
}

function listsOf(holdfast: Holdfast, filter: EventFilter): readonly LoadPage[] {
  const families = familiesOf(filter);
  return [
    ...(families.includes('resources') ? [resourceEvents(holdfast, filter)] : []),
    ...(families.some((family) => family !== 'resources') ? [otherEvents(holdfast, filter)] : []),
  ];
}

function resourceEvents(holdfast: Holdfast, { type, resource }: EventFilter): LoadPage {
  const query: { type?: EventType; resource?: string } = {
    ...(isResourceEventType(type) && { type }),
    ...(resource !== '' && { resource }),
  };
  return (cursor) => holdfast.resources.eventHistory({ limit: 100, ...query, ...cursor });
}

function otherEvents(holdfast: Holdfast, { type }: EventFilter): LoadPage {
  const query = { limit: 100, ...(isOtherEventType(type) && { type }) };
  return async (cursor) => {
    const { data, pagination } = await holdfast.credits.events({ ...query, ...cursor });
    return { events: data, nextCursor: pagination.next_cursor };
  };
}

async function loadAhead(list: ListPosition, load: LoadPage): Promise<ListPosition> {
  let { ahead, cursor } = list;
  while (ahead.length === 0 && cursor !== null) {
    ({ events: ahead, nextCursor: cursor } = await load(cursor === undefined ? {} : { cursor }));
  }
  return { ahead, cursor };
}

function newestOf(position: HistoryPosition): HoldfastEvent | undefined {
  const heads = position.flatMap(({ ahead }) => ahead.slice(0, 1));
  return heads.toSorted((one, other) => other.number - one.number)[0];
}
