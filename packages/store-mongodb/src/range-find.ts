import type { IndexValue, RangeQuery } from '@holdfast/engine/store';
import { MaxKey, MinKey } from 'mongodb';
import type { Document, Sort } from 'mongodb';

import { nextAfter, recordIdBoundsOf, recordIdOf, tenantOf } from './documents.ts';
import { indexCondition, indexPaths } from './schema/definitions.ts';

/** What to give to `find` for a range query. */
export interface RangeFind {
  /** No row can match, and MongoDB would reject the query. */
  readonly isEmpty?: boolean;
  readonly filter: Document;
  readonly options: {
    readonly sort?: Sort;
    readonly limit: number;
    readonly hint?: string;
    readonly min?: Document;
    readonly max?: Document;
  };
}

export function rangeFind(query: RangeQuery): RangeFind {
  return query.index === undefined ? findById(query) : findByIndex(query, query.index);
}

/**
 * The filter that makes out a range as a stage of a pipeline, where `min` and `max` don't exist: undefined for what
 * comes after a position in an index.
 */
export function rangeMatch(query: RangeQuery): Document | undefined {
  const { kind, partition, index, equals = [], from, to, after } = query;
  if (index === undefined) return findById(query).filter;
  if (after !== undefined) return undefined;
  const paths = indexPaths(kind, index);
  const values = [tenantOf(partition), partition, ...equals];
  const isBound = from !== undefined || to !== undefined;
  return {
    ...indexCondition(kind, index),
    ...Object.fromEntries(values.map((value, position) => [paths[position]!, value])),
    ...(isBound && {
      [paths[values.length]!]: { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) },
    }),
  };
}

/** By id: the ids of a partition are a stretch of the collection's `_id`s. */
function findById({ partition, equals, from, to, after, descending, limit }: RangeQuery): RangeFind {
  const key = (id: IndexValue): string => recordIdOf({ partition, id: String(id) });
  const [first, beyond] = recordIdBoundsOf(partition);
  const conditions: Document[] = [{ _id: { $gte: first, $lt: beyond } }];
  if (equals?.[0] !== undefined) conditions.push({ _id: key(equals[0]) });
  if (from !== undefined) conditions.push({ _id: { $gte: key(from) } });
  if (to !== undefined) conditions.push({ _id: { $lt: key(to) } });
  if (after?.[0] !== undefined) conditions.push({ _id: { [descending ? '$lt' : '$gt']: key(after[0]) } });
  return {
    filter: { tenant: tenantOf(partition), $and: conditions },
    options: { sort: { _id: descending ? -1 : 1 }, limit },
  };
}

/**
 * By an index: the rows are one range of its keys, from `min` to `max`. A filter would need a union of ranges, one for
 * each component of a position.
 */
function findByIndex(query: RangeQuery, index: string): RangeFind {
  const { kind, partition, equals = [], from, to, after, descending, limit } = query;
  const paths = indexPaths(kind, index);
  const prefix = [tenantOf(partition), partition, ...equals];
  const nextPath = paths[prefix.length] as string;

  // A position is at least as far along as the bound on the same side, unless it is no position of this query's;
  // then the bound counts, as a condition.
  const filter: Document = { tenant: tenantOf(partition), ...indexCondition(kind, index) };
  let min = keyAt(paths, from === undefined ? prefix : [...prefix, from], 'first');
  let max = to === undefined ? keyAt(paths, prefix, 'beyond') : keyAt(paths, [...prefix, to], 'first');
  if (after && descending) {
    max = keyAt(paths, [...prefix, ...after], 'first');
    if (to !== undefined) filter['$and'] = [{ [nextPath]: { $lt: to } }];
  } else if (after) {
    min = keyAt(paths, [...prefix, ...after], 'beyond');
    if (from !== undefined) filter['$and'] = [{ [nextPath]: { $gte: from } }];
  }
  const direction = descending ? -1 : 1;
  return {
    isEmpty: compareKeys(min, max) >= 0,
    filter,
    options: {
      sort: Object.fromEntries(paths.map((path) => [path, direction])),
      limit,
      hint: index,
      min: toDocument(paths, min),
      max: toDocument(paths, max),
    },
  };
}

type KeyComponent = IndexValue | MinKey | MaxKey;

/** The first key that starts with these components, or the first one beyond all that do. */
function keyAt(paths: readonly string[], components: readonly IndexValue[], at: 'first' | 'beyond'): KeyComponent[] {
  const key: KeyComponent[] = [...components];
  if (components.length === paths.length) {
    if (at === 'beyond') key[key.length - 1] = nextAfter(String(components.at(-1)));
  } else {
    while (key.length < paths.length) key.push(at === 'first' ? new MinKey() : new MaxKey());
  }
  return key;
}

function toDocument(paths: readonly string[], key: readonly KeyComponent[]): Document {
  return Object.fromEntries(paths.map((path, position) => [path, key[position]]));
}

/** In MongoDB's order. */
function compareKeys(left: readonly KeyComponent[], right: readonly KeyComponent[]): number {
  for (const [index, component] of left.entries()) {
    const order = compareComponents(component, right[index] as KeyComponent);
    if (order !== 0) return order;
  }
  return 0;
}

function compareComponents(left: KeyComponent, right: KeyComponent): number {
  const difference = rankOf(left) - rankOf(right);
  if (difference !== 0) return difference;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  // UTF-8 bytes order as code points do.
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return 0;
}

function rankOf(component: KeyComponent): number {
  if (component instanceof MinKey) return 0;
  if (typeof component === 'number') return 1;
  return typeof component === 'string' ? 2 : 3;
}
