import { compareCodePoints } from '../shared/code-points.ts';
import type { IndexValue, RangeQuery, StoredRecord, Write } from '../store.ts';

/** A row's sort key in an index: the fields after those held equal, then the id. */
type Position = readonly IndexValue[];

/** The rows loaded of a range, up to `limit`. */
export interface LoadedRange {
  readonly limit: number;
  readonly rows: readonly StoredRecord[];
  /** Number of leading rows known to be overwritten, which needn't be looked at again. */
  skipped?: number;
}

/** Writes to the range's kind and partition, by record id. Earlier drafts in the list win. */
export type RangeWrites = readonly (ReadonlyMap<string, Write> | undefined)[];

export function countWrites(writes: RangeWrites): number {
  return writes.reduce((count, draft) => count + (draft?.size ?? 0), 0);
}

/**
 * The range with `writes`, all of its kind and partition, applied; undefined if they overwrite so many loaded rows that
 * more must be loaded to tell.
 */
export function mergeRange(
  range: RangeQuery,
  loaded: LoadedRange,
  writes: RangeWrites,
): readonly StoredRecord[] | undefined {
  const { rows, limit } = loaded;
  if (countWrites(writes) === 0)
    return limit >= range.limit || rows.length < limit ? rows.slice(0, range.limit) : undefined;
  const unchanged = firstUnchanged(range, loaded, writes);
  if (rows.length === limit && unchanged.length < range.limit) return undefined;

  const direction = range.descending === true ? -1 : 1;
  return [...unchanged, ...writtenIn(range, writes)]
    .sort((left, right) => direction * comparePositions(mustHavePosition(range, left), mustHavePosition(range, right)))
    .slice(0, range.limit);
}

/** The first unchanged rows, as many as the range asks for. */
function firstUnchanged(range: RangeQuery, loaded: LoadedRange, writes: RangeWrites): readonly StoredRecord[] {
  const { rows } = loaded;
  const unchanged: StoredRecord[] = [];
  for (let index = loaded.skipped ?? 0; index < rows.length && unchanged.length < range.limit; index += 1) {
    const row = rows[index] as StoredRecord;
    if (!isIn(writes, writes.length, row.id)) unchanged.push(row);
    else if (unchanged.length === 0) loaded.skipped = index + 1;
  }
  return unchanged;
}

function writtenIn(range: RangeQuery, writes: RangeWrites): readonly StoredRecord[] {
  const written: StoredRecord[] = [];
  const fields = fieldsOf(range);
  const last = fields.at(-1);
  for (const [index, draft] of writes.entries()) {
    for (const [id, write] of draft ?? []) {
      // Fast path: most of what a long batch wrote is in no index any more, and each range passes over all of it.
      if (write.type === 'delete' || (last !== undefined && write.value[last] === null)) continue;
      if (!isInRange(range, fields, id, write.value)) continue;
      if (!isIn(writes, index, id)) written.push({ id, value: write.value });
    }
  }
  return written;
}

/** Whether one of the first `count` drafts writes to the record. */
function isIn(writes: RangeWrites, count: number, id: string): boolean {
  for (let index = 0; index < count; index += 1) if (writes[index]?.has(id) === true) return true;
  return false;
}

function fieldsOf({ kind, index }: RangeQuery): readonly string[] {
  return index === undefined ? [] : (kind.indexes[index] ?? []);
}

function isInRange(range: RangeQuery, fields: readonly string[], id: string, value: StoredRecord['value']): boolean {
  const position = positionOf(range, fields, id, value);
  if (position === undefined) return false;
  const first = position[0] as IndexValue;
  if (range.from !== undefined && compareValues(first, range.from) < 0) return false;
  if (range.to !== undefined && compareValues(first, range.to) >= 0) return false;
  if (range.after === undefined) return true;
  const order = comparePositions(position, range.after);
  return range.descending === true ? order < 0 : order > 0;
}

/** The record's sort key in the range's index; undefined if it isn't in the index or differs in what is held equal. */
function positionOf(
  range: RangeQuery,
  fields: readonly string[],
  id: string,
  value: StoredRecord['value'],
): Position | undefined {
  const equals = range.equals ?? [];
  const position: IndexValue[] = [];
  for (const [index, field] of fields.entries()) {
    const fieldValue = value[field];
    if (typeof fieldValue !== 'string' && typeof fieldValue !== 'number') return undefined;
    if (index >= equals.length) position.push(fieldValue);
    else if (fieldValue !== equals[index]) return undefined;
  }
  if (equals.length > fields.length) return equals.at(-1) === id ? [] : undefined;
  return [...position, id];
}

function mustHavePosition(range: RangeQuery, row: StoredRecord): Position {
  return positionOf(range, fieldsOf(range), row.id, row.value) ?? [row.id];
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
