import type { IndexValue, RecordKey, RecordKind } from '../store.ts';
import type { Announcement } from './announcement.ts';

/** A record kind with the type of its values, for rules; stores don't need it. */
export interface Kind<Value> extends RecordKind {
  /** Never set: it carries the type. */
  readonly valueType?: Value;
}

/** Declares a record kind whose values are of type `Value`. */
export function defineKind<Value extends object>(kind: RecordKind): Kind<Value> {
  return kind;
}

export function recordKey<Value>(kind: Kind<Value>, partition: string, id: string): RecordKey {
  return { kind, partition, id };
}

/** See {@link RangeQuery} in store.ts. */
export interface Range<Value> {
  readonly kind: Kind<Value>;
  readonly partition: string;
  readonly index?: string;
  readonly equals?: readonly IndexValue[];
  readonly from?: IndexValue;
  readonly to?: IndexValue;
  readonly after?: readonly IndexValue[];
  readonly descending?: boolean;
  readonly limit: number;
}

export interface Row<Value> {
  readonly id: string;
  readonly value: Value;
}

/**
 * Records as a rule sees them: synchronous. A miss that can't be read at once aborts the rule, loads the record and
 * reruns the rule, so rules must have no side effects.
 */
export interface Records {
  /**
   * The record with this id. A miss also loads the first records that `ahead` names: what this command, or others like
   * it, will ask for next.
   */
  get<Value>(kind: Kind<Value>, partition: string, id: string, ahead?: () => Iterable<string>): Value | undefined;
  range<Value>(range: Range<Value>): readonly Row<Value>[];
  /**
   * Prefetches these records with the next miss, so that a rule that reads one after the other doesn't cost a round
   * trip for each.
   */
  readAhead<Value>(kind: Kind<Value>, partition: string, ids: Iterable<string>): void;
  /**
   * Runs `visit` for each item in order. After a miss it still visits the remaining items, so that one round trip loads
   * what all of them miss.
   */
  forEach<Item>(items: readonly Item[], visit: (item: Item, index: number) => void): void;
}

/** Records that a rule may also change. Later reads in the same batch see the changes. */
export interface Changes extends Records {
  put<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void;
  /** Creates a record. If another process has created it meanwhile, the whole command runs again. */
  insert<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void;
  delete<Value>(kind: Kind<Value>, partition: string, id: string): void;
  /** Writes an event into an outbox. It gets its number in this commit or soon after. */
  announce(announcement: Announcement): void;
  /** The last number that the partition has given out. */
  lastSequence(partition: string): number;
  /** The partition's next number, greater than all before it, for ever. */
  nextSequence(partition: string): number;
  /** Runs `change` and rolls it back unless it returns true. */
  attempt(change: () => boolean): boolean;
}
