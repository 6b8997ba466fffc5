import type { IndexValue, RangeQuery } from '@holdfast/engine/store';
import type { Document } from 'mongodb';

import { afterSeparator, fieldCountOf, keyFieldOf, keyOf, separator } from './keys.ts';

/** What a read selects: documents with certain ids, or a range of an index. */
export interface Selection {
  readonly partitions: readonly string[];
  /** The field whose index has them in order. */
  readonly field: string;
  readonly match: Document;
  readonly descending: boolean;
  readonly limit: number;
}

/** Heads come before records. */
export function selectionById(partitions: readonly string[], ids: readonly string[]): Selection {
  return { partitions, field: '_id', match: { _id: { $in: ids } }, descending: false, limit: ids.length };
}

export function selectionOf(query: RangeQuery): Selection {
  const { kind, partition, index, equals = [], from, to, after, descending = false, limit } = query;
  const field = index === undefined ? '_id' : keyFieldOf(kind, index);
  const at = (...next: readonly IndexValue[]): string => keyOf(kind, partition, index, [...equals, ...next]);
  const isOneKey = equals.length > fieldCountOf(kind, index);
  const first = from === undefined ? at() + (isOneKey ? '' : separator) : at(from);
  const beyond = to === undefined ? at() + (isOneKey ? separator : afterSeparator) : at(to);
  const bounds: Document[] = [{ [field]: { $gte: first, $lt: beyond } }];
  if (after !== undefined) bounds.push({ [field]: { [descending ? '$lt' : '$gt']: at(...after) } });
  return { partitions: [partition], field, match: { $and: bounds }, descending, limit };
}
