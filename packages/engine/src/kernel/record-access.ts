import type { IndexValue, RecordKey, RecordKind } from '../store.ts';

/** A record kind with the type of its values, which stores don't need and rules do. */
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
 * Records as rules see them: all there, without waiting. What isn't loaded yet is loaded behind the rule's back, which
 * is then run again from its beginning; so a rule must not do anything but read and write records.
 */
export interface Records {
  /**
   * The record with this id. If it has to be loaded, then so are the first records that `ahead` names: those which
   * will be asked for next, by this command or by others like it.
   */
  get<Value>(kind: Kind<Value>, partition: string, id: string, ahead?: () => Iterable<string>): Value | undefined;
  range<Value>(range: Range<Value>): readonly Row<Value>[];
  /**
   * Says that these records will be asked for. If any record has to be loaded, they are loaded in the same round, so
   * that a rule that asks for one after the other doesn't cost a round for each.
   */
  readAhead<Value>(kind: Kind<Value>, partition: string, ids: Iterable<string>): void;
  /**
   * Runs `visit` for each item in order. Should records be missing, it goes on to the next item first, so that one
   * round of loading serves them all.
   */
  forEach<Item>(items: readonly Item[], visit: (item: Item, index: number) => void): void;
}

/** Records that a rule may also change. Changes are seen at once by whoever reads them later in the same batch. */
export interface Changes extends Records {
  put<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void;
  /** Creates a record; should another process have created it in the meantime, the whole command is run again. */
  insert<Value extends object>(kind: Kind<Value>, partition: string, id: string, value: Value): void;
  delete<Value>(kind: Kind<Value>, partition: string, id: string): void;
  /** The partition's next number: every one is greater than all that were ever given out in that partition. */
  nextSequence(partition: string): number;
  /** Runs `change` and keeps what it did only if it returns true. */
  attempt(change: () => boolean): boolean;
}
