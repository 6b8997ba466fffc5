import { compareCodePoints } from './shared/code-points.ts';
import type { IndexValue, RangeQuery, StoredRecord, Write } from './store.ts';

/** What an index orders rows by: the values of its fields after those that must be equal, then the id. */
type Position = readonly IndexValue[];

/**
 * A range as it is after `writes`, which are all of its kind and partition. `rows` is what the store holds of the
 * range, at least as many rows as the limit and the writes together, or else all that there are.
 */
export function mergeRange(
  range: RangeQuery,
  rows: readonly StoredRecord[],
  writes: readonly Write[],
): readonly StoredRecord[] {
  if (writes.length === 0) return rows.slice(0, range.limit);
  const changed = new Set(writes.map((write) => write.key.id));
  const written = writes.flatMap((write) =>
    write.type !== 'delete' && isInRange(range, write.key.id, write.value) ? [{ id: write.key.id, value: write.value }] : [],
  );
  const direction = range.descending === true ? -1 : 1;
  return [...rows.filter((row) => !changed.has(row.id)), ...written]
    .sort((left, right) => direction * comparePositions(mustHavePosition(range, left), mustHavePosition(range, right)))
    .slice(0, range.limit);
}

function isInRange(range: RangeQuery, id: string, value: StoredRecord['value']): boolean {
  const position = positionOf(range, id, value);
  if (position === undefined) return false;
  const first = position[0] as IndexValue;
  if (range.from !== undefined && compareValues(first, range.from) < 0) return false;
  if (range.to !== undefined && compareValues(first, range.to) >= 0) return false;
  if (range.after === undefined) return true;
  const order = comparePositions(position, range.after);
  return range.descending === true ? order < 0 : order > 0;
}

/** Where the record stands in the range's index; undefined if it isn't in the index or misses what must be equal. */
function positionOf(range: RangeQuery, id: string, value: StoredRecord['value']): Position | undefined {
  const fields = range.index === undefined ? [] : (range.kind.indexes[range.index] ?? []);
  const position: IndexValue[] = [];
  for (const field of fields) {
    const fieldValue = value[field];
    if (typeof fieldValue !== 'string' && typeof fieldValue !== 'number') return undefined;
    position.push(fieldValue);
  }
  position.push(id);
  const equals = range.equals ?? [];
  return equals.every((wanted, index) => position[index] === wanted) ? position.slice(equals.length) : undefined;
}

function mustHavePosition(range: RangeQuery, row: StoredRecord): Position {
  return positionOf(range, row.id, row.value) ?? [row.id];
}

function comparePositions(left: Position, right: Position): number {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareValues(value, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareValues(left: IndexValue, right: IndexValue): number {
  if (typeof left === 'string' && typeof right === 'string') return compareCodePoints(left, right);
  return Number(left) - Number(right);
}
