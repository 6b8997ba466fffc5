import type { IndexValue, RecordKey, RecordKind, RecordValue } from '@holdfast/engine/store';

/**
 * Ids and index keys are strings. Heads sort before records, so that a scan by id reads them first, and a partition's
 * records lie together, kind by kind.
 */
const headPrefix = 'h:';
const recordPrefix = 'r:';

/** Between the parts of a key. No part has it: partitions and ids can't, and fields are escaped. */
export const separator = '\u0000';
export const afterSeparator = '\u0001';

/** Those of all heads. */
export const headIds = { $gte: headPrefix, $lt: 'h;' } as const;

export function headIdOf(partition: string): string {
  return headPrefix + partition;
}

export function recordIdOf({ kind, partition, id }: RecordKey): string {
  return keyOf(kind, partition, undefined, [id]);
}

/** Those of the records of all partitions that begin like that. */
export function recordIdsIn(partitionPrefix: string): { readonly $gte: string; readonly $lt: string } {
  return { $gte: recordPrefix + partitionPrefix, $lt: `${recordPrefix}${partitionPrefix}\u{10ffff}` };
}

export function partsOf(recordId: string): { readonly partition: string; readonly id: string } {
  const partition = recordId.slice(recordPrefix.length, recordId.indexOf(separator));
  return { partition, id: recordId.slice(recordId.lastIndexOf(separator) + 1) };
}

/** An index's field in documents: `key0` for the first index of a kind. */
export function keyFieldAt(position: number): string {
  return `key${position}`;
}

export function keyFieldOf(kind: RecordKind, index: string): string {
  const position = Object.keys(kind.indexes).indexOf(index);
  if (position === -1) throw new Error(`The kind ${kind.name} has no index ${index}.`);
  return keyFieldAt(position);
}

/** A record's keys in the indexes of its kind, except those of which it lacks a field. */
export function keysOf({ kind, partition, id }: RecordKey, value: RecordValue): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [position, [index, fields]] of Object.entries(kind.indexes).entries()) {
    const components = fields.map((field) => value[field]);
    if (components.every(isIndexValue)) keys[keyFieldAt(position)] = keyOf(kind, partition, index, [...components, id]);
  }
  return keys;
}

/** The key with these components, the id last; with fewer, what all keys begin with that have them. */
export function keyOf(
  kind: RecordKind,
  partition: string,
  index: string | undefined,
  components: readonly IndexValue[],
): string {
  // Without this, ("a", "\0b") and ("a\0", "b") would be one record.
  if (partition.includes(separator)) throw new TypeError('A partition holds no U+0000.');
  const stem = index === undefined ? [recordPrefix + partition, kind.name] : [partition, kind.name, index];
  const fieldCount = fieldCountOf(kind, index);
  return [...stem, ...components.map((each, at) => (at < fieldCount ? fieldText(each) : each))].join(separator);
}

export function fieldCountOf(kind: RecordKind, index: string | undefined): number {
  return index === undefined ? 0 : (kind.indexes[index]?.length ?? 0);
}

function isIndexValue(value: unknown): value is IndexValue {
  return typeof value === 'string' || typeof value === 'number';
}

const bits = new DataView(new ArrayBuffer(8));

/** Text in the order of the values, without the separator. */
function fieldText(value: IndexValue): string {
  if (typeof value === 'string') return value.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
  bits.setFloat64(0, value === 0 ? 0 : value);
  const [high, low] = [bits.getUint32(0), bits.getUint32(4)];
  // Without a sign, numbers are in the order of their bits, and negative ones in the opposite one.
  return value < 0 ? hexOf(~high) + hexOf(~low) : hexOf(high ^ 0x80_00_00_00) + hexOf(low);
}

function hexOf(number: number): string {
  return (number >>> 0).toString(16).padStart(8, '0');
}
