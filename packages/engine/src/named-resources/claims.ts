import type { Claim, EventType, Lock, Slot } from './records.ts';
import { neverMs, setSlotFreeAt } from './slots.ts';
import type { ResourceState } from './state.ts';

/** A free name, and what a lock on it has to say besides its claims. */
export interface FreeName {
  readonly resource: string;
  readonly ancestors: readonly string[];
  readonly slot: Slot | null;
}

/** Expiry is decided here and nowhere else: a claim has lapsed the moment that its expiry is reached. */
export function isLive(claim: Claim, nowMs: number): boolean {
  return claim.expiresAtMs === null || claim.expiresAtMs > nowMs;
}

/** The live claim that keeps a lock longest; undefined if the lock is free. */
export function lastingClaim(lock: Lock | undefined, nowMs: number): Claim | undefined {
  let lasting: Claim | undefined;
  for (const claim of lock?.claims ?? []) {
    if (isLive(claim, nowMs) && (lasting === undefined || endOf(claim) > endOf(lasting))) lasting = claim;
  }
  return lasting;
}

function endOf(claim: Claim): number {
  return claim.expiresAtMs ?? neverMs;
}

/** Adds a claim to a name that is free or the requester's own; what has lapsed on it is ended first. */
export function addClaim(state: ResourceState, name: FreeName, requester: string, claim: Claim, nowMs: number): void {
  endLapsedClaims(state, name.resource, nowMs);
  const lock = state.lock(name.resource) ?? freeLock(name.resource);
  if (lock.claims.length > 0) return putClaims(state, lock, [...lock.claims, claim]);

  const { ancestors, slot } = name;
  putClaims(state, { ...lock, requester, ancestors, slot }, [claim]);
  for (const upper of ancestors) addHeldBelow(state, upper, name.resource);
  if (slot !== null) state.putSlotHolder(slot.pool, requester, slot.number);
  state.recordEvent('RESERVED', name.resource, requester, claim, nowMs);
}

/** Moves the expiry of the claims that were made for `root`, on it and on its blockers. */
export function extendClaims(state: ResourceState, root: string, expiresAtMs: number, nowMs: number): void {
  for (const resource of namesClaimedFor(state, root)) {
    const lock = state.lock(resource);
    if (lock === undefined || lock.requester === null) continue;
    const claims = lock.claims.map((claim) => (claim.root === root ? { ...claim, expiresAtMs } : claim));
    putClaims(state, lock, claims);
    const extended = claims.find((claim) => claim.root === root);
    if (extended !== undefined) state.recordEvent('RENEWED', resource, lock.requester, extended, nowMs);
  }
}

/** Ends the claims that were made for `root`; returns the names that nobody holds any more. */
export function endClaims(state: ResourceState, root: string, type: EventType, nowMs: number): readonly string[] {
  return namesClaimedFor(state, root).filter((resource) => endClaim(state, resource, root, type, nowMs));
}

/** Ends every claim on a name that has lapsed, with all that was taken together with it. */
export function endLapsedClaims(state: ResourceState, resource: string, nowMs: number): void {
  for (const claim of state.lock(resource)?.claims ?? []) {
    if (!isLive(claim, nowMs)) endClaims(state, claim.root, 'RESERVATION_EXPIRED', nowMs);
  }
}

/** Keeps what a lock below `upper` says about it: that it can't be taken by others. */
function addHeldBelow(state: ResourceState, upper: string, resource: string): void {
  const lock = state.lock(upper) ?? freeLock(upper);
  state.putLock({ ...lock, heldBelow: lock.heldBelow + 1 });
  state.putHeldBelow(upper, resource);
}

function endClaim(state: ResourceState, resource: string, root: string, type: EventType, nowMs: number): boolean {
  const lock = state.lock(resource);
  const ended = lock?.claims.find((claim) => claim.root === root);
  if (lock === undefined || lock.requester === null || ended === undefined) return false;
  const claims = lock.claims.filter((claim) => claim !== ended);
  putClaims(state, lock, claims);
  if (claims.length > 0) return false;

  for (const upper of lock.ancestors) removeHeldBelow(state, upper, resource);
  if (lock.slot !== null) forgetSlotHolder(state, lock.slot, lock.requester);
  state.recordEvent(type, resource, lock.requester, ended, nowMs);
  return true;
}

function removeHeldBelow(state: ResourceState, upper: string, resource: string): void {
  const lock = state.lock(upper) ?? freeLock(upper);
  state.putLock({ ...lock, heldBelow: lock.heldBelow - 1 });
  state.deleteHeldBelow(upper, resource);
}

function forgetSlotHolder(state: ResourceState, { pool, number }: Slot, requester: string): void {
  if (state.slotHolder(pool, requester)?.slot === number) state.deleteSlotHolder(pool, requester);
}

function namesClaimedFor(state: ResourceState, root: string): readonly string[] {
  const claim = state.lock(root)?.claims.find((candidate) => candidate.root === root);
  return [root, ...(claim?.blockers ?? [])];
}

/** Keeps the lock with these claims, and tells its pool when the slot will be free. */
function putClaims(state: ResourceState, lock: Lock, claims: readonly Claim[]): void {
  const own = claims.find((claim) => claim.root === lock.resource);
  const changed = { ...lock, claims, dueAtMs: own?.expiresAtMs ?? null };
  state.putLock(claims.length > 0 ? changed : { ...freeLock(lock.resource), heldBelow: lock.heldBelow });
  if (lock.slot !== null) setSlotFreeAt(state, lock.slot, Math.max(0, ...claims.map(endOf)));
}

function freeLock(resource: string): Lock {
  return { resource, requester: null, claims: [], ancestors: [], slot: null, heldBelow: 0, dueAtMs: null };
}
