import type { Head, RecordKey, RecordKind, RecordValue } from '@holdfast/engine/store';
import type { UpdateFilter } from 'mongodb';

import { headIdOf, keyFieldAt, keysOf, recordIdOf } from './keys.ts';

export interface HeadDocument {
  readonly _id: string;
  /** The partition up to its first slash, by which the collection can be sharded. */
  readonly tenant: string;
  readonly version: number;
  readonly nowMs: number;
  readonly sequence: number;
}

/**
 * A record. Its index keys are `key0`, `key1` and so on.
 *
 * The value is JSON text, not a subdocument, which would not round-trip: BSON stops at 100 levels, replaces lone
 * surrogates, and has keys and types that JSON lacks. As text, no key is ever a path or an operator. It is also faster:
 * one string instead of a tree.
 */
export interface RecordDocument {
  readonly _id: string;
  readonly tenant: string;
  /** The kind's name. */
  readonly kind: string;
  readonly dueAtMs?: number;
  /** A date by the database's clock, which is what MongoDB's TTL thread uses. */
  readonly purgeAt?: Date;
  readonly body: string;
}

export type StoredDocument = HeadDocument | RecordDocument;

/** The latest date; what is to be purged later is never purged. */
const latestDateMs = 8.64e15;

export function tenantOf(partition: string): string {
  const slash = partition.indexOf('/');
  return slash === -1 ? partition : partition.slice(0, slash);
}

export function toHeadDocument(partition: string, { version, nowMs, sequence }: Head): HeadDocument {
  return { _id: headIdOf(partition), tenant: tenantOf(partition), version, nowMs, sequence };
}

export function toHead({ version, nowMs, sequence }: HeadDocument): Head {
  return { version, nowMs, sequence };
}

/** @param behindMs - How far the shared time is behind the clock by which MongoDB deletes. */
export function toRecordDocument(key: RecordKey, value: RecordValue, behindMs: number): RecordDocument {
  const { kind, partition } = key;
  const dueAtMs = timeOf(value, kind.dueField);
  const purgeAtMs = Math.ceil((purgeTimeOf(kind, value) ?? Infinity) + Math.max(0, behindMs));
  return {
    _id: recordIdOf(key),
    tenant: tenantOf(partition),
    kind: kind.name,
    ...keysOf(key, value),
    ...(dueAtMs !== undefined && { dueAtMs }),
    ...(purgeAtMs <= latestDateMs && { purgeAt: new Date(purgeAtMs) }),
    body: JSON.stringify(value),
  };
}

/**
 * What makes a record's document this one, whatever it was. MongoDB then looks at those indexes only whose fields
 * change, and at none for most updates; a replacement has it look at all of them.
 */
export function toUpdate({ _id, tenant, kind, ...fields }: RecordDocument, { indexes }: RecordKind) {
  const keys = Object.keys(indexes).map((_, position) => keyFieldAt(position));
  const absent = [...keys, 'dueAtMs', 'purgeAt'].filter((field) => !(field in fields));
  return {
    $set: fields,
    $unset: Object.fromEntries(absent.map((field) => [field, true])),
    $setOnInsert: { tenant, kind },
  } satisfies UpdateFilter<RecordDocument>;
}

export function toValue({ body }: Pick<RecordDocument, 'body'>): RecordValue {
  return JSON.parse(body) as RecordValue;
}

/** The time after which no rule needs the record, by the shared time. */
export function purgeTimeOf({ purgeField }: RecordKind, value: RecordValue): number | undefined {
  return timeOf(value, purgeField);
}

function timeOf(value: RecordValue, field: string | undefined): number | undefined {
  const time = field === undefined ? undefined : value[field];
  return typeof time === 'number' ? time : undefined;
}
