import { defineKind, recordKey } from '../kernel/record-access.ts';
import type { Changes, Kind, Records } from '../kernel/record-access.ts';
import { namedResourcePartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import type { RecordKey } from '../store.ts';

/** How many locks a tenant's environment has. Those that have lapsed are among them until they are ended. */
export interface LockCount {
  readonly count: number;
  /** No claim lapses earlier. Null: none lapses. */
  readonly nextDueAtMs: number | null;
  /** The number of the settlement under way: until it ends, `nextDueAtMs` knows only of claims since its begin. */
  readonly settlement?: number;
  /** Locks on this name and all after it aren't counted yet: they are from before locks were. Absent: all are. */
  readonly countedTo?: string;
  /** When the sweeper shall go on counting. Absent: it needn't. */
  readonly countAtMs?: number;
}

/** One for each partition. A partition without one has no locks. */
export const lockCountKind: Kind<LockCount> = defineKind({ name: 'lock-counts', indexes: {}, dueField: 'countAtMs' });

const lockCountId = 'all';

const noLocks: LockCount = { count: 0, nextDueAtMs: null };

export function lockCountKey(partition: string): RecordKey {
  return recordKey(lockCountKind, partition, lockCountId);
}

export function readLockCount(records: Records, partition: string): LockCount {
  return records.get(lockCountKind, partition, lockCountId) ?? noLocks;
}

export function writeLockCount(changes: Changes, partition: string, count: LockCount): void {
  changes.put(lockCountKind, partition, lockCountId, count);
}

/** How many locks there are in a partition of named resources. */
export function countLocks(records: Records, partition: string): number {
  return readLockCount(records, partition).count;
}

/** Lets the sweeper count the locks that a place has from before they were counted. It decides on no partition. */
export function beginCounting(changes: Changes, place: Place, nowMs: number): void {
  const partition = namedResourcePartition(place);
  if (changes.get(lockCountKind, partition, lockCountId) !== undefined) return;
  // Nobody knows when these locks lapse, so it may be at once.
  const uncounted = { count: 0, nextDueAtMs: 0, countedTo: '', countAtMs: nowMs };
  changes.insert(lockCountKind, partition, lockCountId, uncounted);
}
