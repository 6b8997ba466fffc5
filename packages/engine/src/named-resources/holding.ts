import { endOf, isLive, longest, toClaim } from './claims.ts';
import { noteDue } from './lock-count.ts';
import { beginLock, changeLock, endLock, isTaken } from './locks.ts';
import type { Ending, FreeName, TakenLock } from './locks.ts';
import type { BlockerClaim, Claim, OtherClaims } from './records.ts';
import type { ResourceState, ResourceView } from './state.ts';

const expired: Ending = { type: 'RESERVATION_EXPIRED' };

/** What keeps a lock. */
interface KeptBy {
  readonly resource: string;
  readonly claims: readonly Claim[];
  readonly others?: OtherClaims | undefined;
}

/** Adds a claim to a name that is free or the requester's own, after ending what has lapsed on it. */
export function addClaim(state: ResourceState, name: FreeName, requester: string, claim: Claim, nowMs: number): void {
  endLapsedClaims(state, name.resource, nowMs);
  const lock = state.lock(name.resource);
  if (!isTaken(lock)) return beginLock(state, name, requester, claim, nowMs);

  // Of the claims that took it along, the lock itself keeps the one that lapses last, or else the newest.
  const kept = claim.root === lock.resource ? undefined : lock.claims.find(({ root }) => root !== lock.resource);
  if (kept === undefined) return changeLock(state, lock, [...lock.claims, claim], lock.others);
  const [longer, other] = endOf(claim) < endOf(kept) ? [kept, claim] : [claim, kept];
  keepBlockerClaim(state, other, lock);
  const claims = lock.claims.map((each) => (each === kept ? longer : each));
  const { count, untilMs } = lock.others ?? { count: 0, untilMs: 0 };
  changeLock(state, lock, claims, { count: count + 1, untilMs: Math.max(untilMs, endOf(other)) });
}

/** Moves the expiry of a claim on a root and of its blockers. */
export function extendClaims(
  state: ResourceState,
  claim: Claim,
  { expiresAtMs, apiKeyLabel }: { readonly expiresAtMs: number; readonly apiKeyLabel: string },
  nowMs: number,
): void {
  const names = namesClaimedBy(state, claim);
  state.forEach(names, (resource) => {
    const lock = state.lock(resource);
    if (!isTaken(lock)) return;
    const extended = extendClaim(state, lock, claim.releaseToken, expiresAtMs);
    if (extended === undefined) return;
    state.recordEvent('RENEWED', resource, lock.requester, { ...extended, apiKeyLabel }, nowMs);
  });
}

/** Releases a claim on a root and its blockers; returns the names that are free now. */
export function endClaims(state: ResourceState, claim: Claim, nowMs: number, ending: Ending): readonly string[] {
  const released: string[] = [];
  state.forEach(namesClaimedBy(state, claim), (resource) => {
    const lock = state.lock(resource);
    if (isTaken(lock) && endClaim(state, lock, claim.releaseToken, ending, nowMs)) released.push(resource);
  });
  return released;
}

/** Ends a name's lapsed claims, with an event if that frees it. */
export function endLapsedClaims(state: ResourceState, resource: string, nowMs: number): void {
  const lock = state.lock(resource);
  if (!isTaken(lock) || (lock.claims.length > 0 && lock.claims.every((claim) => isLive(claim, nowMs)))) return;
  const live = lock.claims.filter((claim) => isLive(claim, nowMs));
  if (live.length === 0 && !hasLiveOther(state, lock, nowMs)) expireHold(state, lock, nowMs);
  else if (live.length < lock.claims.length) changeLock(state, lock, live, lock.others);
  if (lock.version !== 2) endLapsedBlockers(state, lock, nowMs);
}

/** Ends a lapsed claim on a blocker; one of an earlier holder is just deleted. */
export function endLapsedBlockerClaim(state: ResourceState, id: string, nowMs: number): void {
  const blockerClaim = state.blockerClaimById(id);
  if (blockerClaim === undefined || isLive(blockerClaim, nowMs)) return;
  const { resource, releaseToken, heldSince } = blockerClaim;
  const lock = state.lock(resource);
  const claim = toClaim(state, blockerClaim);
  state.deleteBlockerClaim(resource, releaseToken);
  if (isTaken(lock) && (lock.heldSince ?? 0) === heldSince) endOther(state, lock, claim, expired, nowMs);
}

/** The root that a claim was made for, and its blockers. */
export function namesClaimedBy(view: ResourceView, { root, releaseToken }: Claim): readonly string[] {
  const own = view.lock(root)?.claims.find((claim) => claim.root === root && claim.releaseToken === releaseToken);
  const names = [root, ...(own?.blockers ?? [])];
  view.expectLocks(names);
  return names;
}

function extendClaim(
  state: ResourceState,
  lock: TakenLock,
  releaseToken: string,
  expiresAtMs: number,
): Claim | undefined {
  const extend = (claim: Claim) => (claim.releaseToken === releaseToken ? { ...claim, expiresAtMs } : claim);
  const claims = lock.claims.map(extend);
  const extended = claims.find((claim) => claim.releaseToken === releaseToken);
  if (extended !== undefined) {
    changeLock(state, lock, claims, lock.others);
    return extended;
  }
  const blockerClaim = lock.others && state.blockerClaim(lock.resource, releaseToken);
  if (lock.others === undefined || blockerClaim === undefined) return undefined;
  const other = { ...toClaim(state, blockerClaim), expiresAtMs };
  keepBlockerClaim(state, other, lock);
  changeLock(state, lock, lock.claims, { ...lock.others, untilMs: Math.max(lock.others.untilMs, endOf(other)) });
  return other;
}

/** Returns whether the name is free now. */
function endClaim(state: ResourceState, lock: TakenLock, releaseToken: string, ending: Ending, nowMs: number): boolean {
  const ended = lock.claims.find((claim) => claim.releaseToken === releaseToken);
  if (ended === undefined) return endBlockerClaim(state, lock, releaseToken, ending, nowMs);
  const claims = lock.claims.filter((claim) => claim !== ended);
  if (!isKept(state, { ...lock, claims }, nowMs)) {
    endLock(state, lock, ended, ending, nowMs);
    return true;
  }
  changeLock(state, lock, claims, lock.others);
  return false;
}

function endBlockerClaim(
  state: ResourceState,
  lock: TakenLock,
  releaseToken: string,
  ending: Ending,
  nowMs: number,
): boolean {
  const { resource } = lock;
  if (lock.others === undefined) return false;
  // The event of a name's end has its last claim's data, so only one that may be the last is read.
  const mayBeLast = !lock.claims.some((claim) => isLive(claim, nowMs));
  const blockerClaim = mayBeLast ? state.blockerClaim(resource, releaseToken) : undefined;
  const claim = blockerClaim && toClaim(state, blockerClaim);
  state.deleteBlockerClaim(resource, releaseToken);
  return endOther(state, lock, claim, ending, nowMs);
}

/** Removes one of the other claims from a lock. Returns whether the name is free now. */
function endOther(
  state: ResourceState,
  lock: TakenLock,
  claim: Claim | undefined,
  ending: Ending,
  nowMs: number,
): boolean {
  const others = subtractOther(state, lock);
  const isLast = !isKept(state, { ...lock, others }, nowMs);
  if (isLast && claim !== undefined) endLock(state, lock, claim, ending, nowMs);
  else changeLock(state, lock, lock.claims, others);
  return isLast;
}

/** Whether a claim is left that is live: those that have lapsed may still be there. */
function isKept(state: ResourceState, lock: KeptBy, nowMs: number): boolean {
  return lock.claims.some((claim) => isLive(claim, nowMs)) || hasLiveOther(state, lock, nowMs);
}

function expireHold(state: ResourceState, lock: TakenLock, nowMs: number): void {
  const last = longest(lock.claims) ?? lastOther(state, lock);
  if (last !== undefined) endLock(state, lock, last, expired, nowMs);
}

function lastOther(state: ResourceState, { resource }: TakenLock): Claim | undefined {
  const blockerClaim = state.lastBlockerClaim(resource);
  return blockerClaim && toClaim(state, blockerClaim);
}

/** Before version 2, a blocker's lock didn't know when it was due: its root's expiry ends it. */
function endLapsedBlockers(state: ResourceState, { claims }: TakenLock, nowMs: number): void {
  const blockers = claims.filter((claim) => !isLive(claim, nowMs)).flatMap((claim) => claim.blockers);
  state.expectLocks(blockers);
  state.forEach(blockers, (blocker) => endLapsedClaims(state, blocker, nowMs));
}

function hasLiveOther(state: ResourceState, { resource, others }: KeptBy, nowMs: number): boolean {
  if (others === undefined || others.untilMs <= nowMs) return false;
  return (state.lastBlockerClaim(resource)?.untilMs ?? 0) > nowMs;
}

/** A slot's free time must be exact, so it is looked up. */
function subtractOther(state: ResourceState, { resource, others, slot }: TakenLock): OtherClaims | undefined {
  if (others === undefined || others.count <= 1) return undefined;
  const untilMs = slot === null ? others.untilMs : (state.lastBlockerClaim(resource)?.untilMs ?? 0);
  return { count: others.count - 1, untilMs };
}

function keepBlockerClaim(state: ResourceState, claim: Claim, lock: TakenLock): void {
  state.putBlockerClaim(toBlockerClaim(claim, lock));
  noteDue(state, claim.expiresAtMs);
}

function toBlockerClaim(claim: Claim, { resource, heldSince = 0 }: TakenLock): BlockerClaim {
  const { metadataJson: _metadataJson, blockers: _blockers, ...rest } = claim;
  return { ...rest, resource, heldSince, untilMs: endOf(claim), dueAtMs: claim.expiresAtMs };
}
