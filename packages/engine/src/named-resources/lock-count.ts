import { compareCodePoints } from '../shared/code-points.ts';
import type { LockCount } from '../shared/lock-counts.ts';
import type { ResourceState } from './state.ts';

/** Counts that a lock begins or ends. */
export function countLock(state: ResourceState, resource: string, change: 1 | -1): void {
  const known = state.lockCount();
  if (known.countedTo !== undefined && compareCodePoints(resource, known.countedTo) >= 0) return;
  state.putLockCount({ ...known, count: known.count + change });
}

/** Notes when a claim lapses. */
export function noteDue(state: ResourceState, dueAtMs: number | null): void {
  if (dueAtMs === null) return;
  const known = state.lockCount();
  if (known.nextDueAtMs === null || dueAtMs < known.nextDueAtMs) state.putLockCount({ ...known, nextDueAtMs: dueAtMs });
}

/** Whether a claim may have lapsed whose lock is still counted. */
export function mayHaveLapsed({ nextDueAtMs, settlement }: LockCount, nowMs: number): boolean {
  return settlement !== undefined || (nextDueAtMs !== null && nextDueAtMs <= nowMs);
}

/**
 * Begins to find out when the next claim lapses, unless that is under way. Returns the settlement's number. Claims from
 * now on are noted by themselves: the store may be asked for what is due before they are there.
 */
export function beginSettlement(state: ResourceState): number {
  const known = state.lockCount();
  if (known.settlement !== undefined) return known.settlement;
  const settlement = state.nextSequence();
  state.putLockCount({ ...known, nextDueAtMs: null, settlement });
  return settlement;
}

/** Ends it, unless another process has. No claim from before its begin lapses before `nextDueAtMs`. */
export function endSettlement(state: ResourceState, settlement: number, nextDueAtMs: number): void {
  const { settlement: underWay, ...known } = state.lockCount();
  if (underWay !== settlement) return;
  state.putLockCount({ ...known, nextDueAtMs: Math.min(nextDueAtMs, known.nextDueAtMs ?? nextDueAtMs) });
}

/** Counts up to `limit` of the locks that aren't counted yet. */
export function goOnCounting(state: ResourceState, limit: number, nowMs: number): void {
  const { countedTo, countAtMs: _countAtMs, ...known } = state.lockCount();
  if (countedTo === undefined) return;
  const locks = state.locksFrom(countedTo, limit + 1);
  const count = known.count + locks.slice(0, limit).filter(({ requester }) => requester !== null).length;
  const next = locks[limit]?.resource;
  state.putLockCount({ ...known, count, ...(next === undefined ? {} : { countedTo: next, countAtMs: nowMs }) });
}
