import type { IndexValue } from '@holdfast/engine/store';

/** The key of an ordered map: components, compared in order. */
export type SortableKey = readonly IndexValue[];

/**
 * A place between keys: before (or `after`) all keys that start with `key`. Bounds of a scan are positions, so that
 * inclusive, exclusive and "everything that starts with" are one notion.
 */
export interface Position {
  readonly key: SortableKey;
  readonly after: boolean;
}

const beyondSurrogates = /[\ud800-\uffff]/;
const eachBeyondSurrogates = /[\ud800-\uffff]/g;

/**
 * Strings are to order by code point, but JavaScript's `<` compares UTF-16 units, which puts U+1F600 (two surrogates)
 * before U+FFFD. Moving the surrogates behind all other units makes `<` right, and keeps it as fast as it is: nearly
 * all strings are returned as they are.
 */
export function toSortable(text: string): string {
  if (!beyondSurrogates.test(text)) return text;
  return text.replace(eachBeyondSurrogates, (character) => {
    const unit = character.charCodeAt(0);
    return String.fromCharCode(unit < 0xe0_00 ? unit + 0x20_00 : unit - 0x8_00);
  });
}

export function toSortableComponent(value: IndexValue): IndexValue {
  return typeof value === 'string' ? toSortable(value) : value;
}

function compareComponents(left: IndexValue, right: IndexValue): number {
  if (left === right) return 0;
  // As in the databases' own orders, numbers come before strings.
  if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
  return left < right ? -1 : 1;
}

/** Compares as many components as both keys have. */
export function compareKeys(left: SortableKey, right: SortableKey): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareComponents(left[index] as IndexValue, right[index] as IndexValue);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether a full key comes before the position. */
export function isBefore(key: SortableKey, position: Position): boolean {
  const order = compareKeys(key, position.key);
  return order < 0 || (order === 0 && position.after);
}

/** Whether the one position comes before the other. */
export function precedes(left: Position, right: Position): boolean {
  const order = compareKeys(left.key, right.key);
  if (order !== 0) return order < 0;
  if (left.key.length === right.key.length) return !left.after && right.after;
  return left.key.length < right.key.length ? !left.after : right.after;
}
