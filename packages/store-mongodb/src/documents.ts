import type { Head, IndexValue, RecordKey, RecordKind, RecordValue } from '@holdfast/engine/store';

import { indexedFields } from './schema/names.ts';

export interface HeadDocument {
  /** The partition. */
  readonly _id: string;
  readonly tenant: string;
  readonly version: number;
  readonly nowMs: number;
  readonly sequence: number;
}

/**
 * A record.
 *
 * The value is JSON text, not a subdocument, which would not round-trip: BSON stops at 100 levels, replaces lone
 * surrogates, and has keys and types that JSON lacks. As text, no key is ever a path or an operator. It is also faster:
 * one string instead of a tree.
 */
export interface RecordDocument {
  /** Partition, U+0000, id: unique in the collection, and in the order of ids within a partition. */
  readonly _id: string;
  /** The partition up to its first slash. It leads the indexes, so that the collections can be sharded by it. */
  readonly tenant: string;
  readonly partition: string;
  readonly id: string;
  /** The fields of the value that indexes are made of, as far as it has them. */
  readonly fields?: Readonly<Record<string, IndexValue>>;
  readonly dueAtMs?: number;
  /** A date by the database's clock, which is what MongoDB's TTL thread uses. */
  readonly purgeAt?: Date;
  readonly body: string;
}

const separator = '\u0000';
const afterSeparator = '\u0001';

/** The latest date; what is to be purged later is never purged. */
const latestDateMs = 8.64e15;

export function recordIdOf({ partition, id }: Pick<RecordKey, 'partition' | 'id'>): string {
  // Without this, ("a", "\0b") and ("a\0", "b") would be one record.
  if (partition.includes(separator)) throw new TypeError('A partition holds no U+0000.');
  return partition + separator + id;
}

/** The `_id`s of a partition's records: from the first, inclusive, to the second, exclusive. */
export function recordIdBoundsOf(partition: string): [string, string] {
  return [recordIdOf({ partition, id: '' }), partition + afterSeparator];
}

/** The string that comes right after `text` in the order of code points. */
export function nextAfter(text: string): string {
  return `${text}\u0000`;
}

export function tenantOf(partition: string): string {
  const slash = partition.indexOf('/');
  return slash === -1 ? partition : partition.slice(0, slash);
}

export function toHeadDocument(partition: string, { version, nowMs, sequence }: Head): HeadDocument {
  return { _id: partition, tenant: tenantOf(partition), version, nowMs, sequence };
}

export function toHead({ version, nowMs, sequence }: HeadDocument): Head {
  return { version, nowMs, sequence };
}

/** @param behindMs - How far the shared time is behind the clock by which MongoDB deletes. */
export function toRecordDocument(
  { kind, partition, id }: RecordKey,
  value: RecordValue,
  behindMs: number,
): RecordDocument {
  const fields = fieldsOf(kind, value);
  const dueAtMs = timeOf(value, kind.dueField);
  const purgeAtMs = Math.ceil((purgeTimeOf(kind, value) ?? Infinity) + Math.max(0, behindMs));
  return {
    _id: recordIdOf({ partition, id }),
    tenant: tenantOf(partition),
    partition,
    id,
    ...(fields && { fields }),
    ...(dueAtMs !== undefined && { dueAtMs }),
    ...(purgeAtMs <= latestDateMs && { purgeAt: new Date(purgeAtMs) }),
    body: JSON.stringify(value),
  };
}

export function toValue({ body }: Pick<RecordDocument, 'body'>): RecordValue {
  return JSON.parse(body) as RecordValue;
}

function fieldsOf(kind: RecordKind, value: RecordValue): Record<string, IndexValue> | undefined {
  const fields: Record<string, IndexValue> = {};
  for (const field of indexedFields(kind)) {
    const component = value[field];
    if (typeof component === 'string' || typeof component === 'number') fields[field] = component;
  }
  return Object.keys(fields).length > 0 ? fields : undefined;
}

/** The time after which no rule needs the record, by the shared time. */
export function purgeTimeOf({ purgeField }: RecordKind, value: RecordValue): number | undefined {
  return timeOf(value, purgeField);
}

function timeOf(value: RecordValue, field: string | undefined): number | undefined {
  const time = field === undefined ? undefined : value[field];
  return typeof time === 'number' ? time : undefined;
}
