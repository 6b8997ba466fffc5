import type {
  Commit,
  CommitResult,
  Head,
  RecordKey,
  RecordKind,
  RecordValue,
  Store,
  StoredRecord,
  Write,
} from '@holdfast/engine/store';
import { expect } from 'vitest';

import { deadlineMs, startMs } from './test-kinds.ts';

export function put(kind: RecordKind, partition: string, id: string, value: RecordValue = {}): Write {
  return { type: 'put', key: { kind, partition, id }, value };
}

export function insert(kind: RecordKind, partition: string, id: string, value: RecordValue = {}): Write {
  return { type: 'insert', key: { kind, partition, id }, value };
}

export function remove(kind: RecordKind, partition: string, id: string): Write {
  return { type: 'delete', key: { kind, partition, id } };
}

export function headAt(version: number): Head {
  return { version, nowMs: startMs + version, sequence: version * 10 };
}

/** A commit that was decided on these versions of the partitions' heads. */
export function commitOn(
  versions: Readonly<Record<string, number>>,
  writes: readonly Write[],
  nowMs = startMs,
): Commit {
  const heads = Object.entries(versions).map(([partition, version]) => {
    return { partition, expectedVersion: version, head: headAt(version + 1) };
  });
  return { heads, writes, nowMs };
}

export function tryCommit(store: Store, commit: Commit): Promise<CommitResult> {
  return store.commit(commit, deadlineMs);
}

/** Writes on whatever versions the partitions have. */
export async function write(store: Store, writes: readonly Write[], nowMs = startMs): Promise<void> {
  const partitions = [...new Set(writes.map(({ key }) => key.partition))];
  const { heads } = await store.read({ heads: partitions });
  const versions = Object.fromEntries(partitions.map((partition, index) => [partition, heads[index]!.version]));
  expect(await tryCommit(store, commitOn(versions, writes, nowMs))).toEqual({ status: 'committed' });
}

export async function versionOf(store: Store, partition: string): Promise<number> {
  const { heads } = await store.read({ heads: [partition] });
  return heads[0]!.version;
}

export async function valueOf(store: Pick<Store, 'read'>, key: RecordKey): Promise<RecordValue | undefined> {
  const { records } = await store.read({ records: [key] });
  return records[0];
}

export function idsOf(records: readonly StoredRecord[] | undefined): string[] {
  return (records ?? []).map(({ id }) => id);
}
