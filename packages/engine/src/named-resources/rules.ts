import { constantTimeEquals } from '../shared/constant-time.ts';
import { isLive, toClaim } from './claims.ts';
import { addClaim, endClaims, endLapsedBlockerClaim, endLapsedClaims, extendClaims } from './holding.ts';
import type { FreeName } from './locks.ts';
import { findHeldLock, findOwnLock, findPlacement, findTarget } from './placement.ts';
import type { HeldLock, Placement, Target } from './placement.ts';
import type { Claim } from './records.ts';
import { slotName } from './slot-name.ts';
import type { ResourceState, ResourceView } from './state.ts';

/** A request to hold a name. */
export interface ClaimCommand {
  readonly requester: string;
  readonly resource: string;
  /** Null: until it is released. */
  readonly ttlMs: number | null;
  readonly resourceType: string;
  readonly metadataJson: string | null;
  readonly apiKeyLabel: string;
  /** The release token, if the claim is granted. */
  readonly releaseToken: string;
}

export type ClaimRefusal = Extract<Placement, { status: 'ALREADY_HELD' | 'NOT_AVAILABLE' | 'NOT_VALID' }>;

export type ClaimOutcome =
  | { readonly status: 'ACQUIRED' | 'ALREADY_HAD'; readonly held: HeldLock }
  /** `blocker` is the blocker that could not be taken, if it was one. */
  | (ClaimRefusal & { readonly blocker: string | null });

/** A name and the token that proves who holds it. */
export interface HolderCommand {
  readonly requester: string;
  readonly resource: string;
  readonly releaseToken: string | undefined;
  readonly apiKeyLabel: string;
}

export type HolderRefusal = { readonly status: 'NOT_RESERVED' | 'DOESNT_OWN_RESERVATION' | 'WRONG_TOKEN' };

export type ReleaseOutcome =
  /** `released` lacks the root, or is empty, while another claim of the same requester keeps a name. */
  { readonly status: 'RELINQUISHED'; readonly root: string; readonly released: readonly string[] } | HolderRefusal;

export type RenewOutcome = { readonly status: 'RENEWED'; readonly claim: Claim } | HolderRefusal;

export type TransactionMethod = 'ALL_OR_NONE' | 'AS_MANY_AS_POSSIBLE' | 'FIRST';

export interface TransactionOutcome {
  readonly outcome: 'COMMITTED' | 'REFUSED';
  readonly results: readonly (ClaimOutcome | { readonly status: 'NOT_TAKEN' })[];
}

/** Takes a name and its blockers, all or nothing. */
export function reserve(state: ResourceState, command: ClaimCommand, nowMs: number): ClaimOutcome {
  const { requester } = command;
  const target = findTarget(state, command.resource);
  const placement = findPlacement(state, target, requester, nowMs);
  if (placement.status === 'OWN') return { status: 'ALREADY_HAD', held: placement.held };
  if (state.settings.requireRegistration && target.definition === undefined) {
    return { status: 'NOT_VALID', reason: 'notRegistered', name: command.resource, blocker: null };
  }
  if (placement.status !== 'FREE') return { ...placement, blocker: null };
  const blockers = findBlockers(state, target, placement.name, requester, nowMs);
  if ('status' in blockers) return blockers;

  return { status: 'ACQUIRED', held: take(state, command, placement.name, blockers.names, nowMs) };
}

/** Releases a name and everything taken with it. */
export function unreserve(state: ResourceState, command: HolderCommand, nowMs: number): ReleaseOutcome {
  const found = findClaim(state, command, nowMs);
  if ('status' in found) return found;

  const { root } = found.claim;
  const ending = { type: 'UNRESERVED', apiKeyLabel: command.apiKeyLabel } as const;
  return { status: 'RELINQUISHED', root, released: endClaims(state, found.claim, nowMs, ending) };
}

/** Sets a new expiry, `ttlMs` from now, unless the claim has lapsed. */
export function renew(
  state: ResourceState,
  command: HolderCommand & { readonly ttlMs: number },
  nowMs: number,
): RenewOutcome {
  const found = findClaim(state, command, nowMs);
  if ('status' in found) return found;

  const expiresAtMs = nowMs + command.ttlMs;
  extendClaims(state, found.claim, { expiresAtMs, apiKeyLabel: command.apiKeyLabel }, nowMs);
  return { status: 'RENEWED', claim: { ...found.claim, expiresAtMs } };
}

/** Takes several names at once, as `method` says. */
export function reserveTransaction(
  state: ResourceState,
  commands: readonly ClaimCommand[],
  method: TransactionMethod,
  nowMs: number,
): TransactionOutcome {
  if (method === 'FIRST') return reserveFirst(state, commands, nowMs);
  const results: ClaimOutcome[] = [];
  const isCommitted = state.attempt(() => {
    state.forEach(commands, (command) => results.push(reserve(state, command, nowMs)));
    return method === 'ALL_OR_NONE' ? results.every(isHolding) : results.some(isHolding);
  });
  if (isCommitted) return { outcome: 'COMMITTED', results };
  return {
    outcome: 'REFUSED',
    results: results.map((result, index) => withoutUndone(state, result, commands[index], nowMs)),
  };
}

/** The result of an item in a transaction that was rolled back: the requester keeps only what it held before. */
function withoutUndone(
  view: ResourceView,
  result: ClaimOutcome,
  command: ClaimCommand | undefined,
  nowMs: number,
): TransactionOutcome['results'][number] {
  if (!isHolding(result) || command === undefined) return result;
  const own = findOwnLock(view, findTarget(view, command.resource), command.requester, nowMs);
  return own === undefined ? { status: 'NOT_TAKEN' } : { status: 'ALREADY_HAD', held: own };
}

function reserveFirst(state: ResourceState, commands: readonly ClaimCommand[], nowMs: number): TransactionOutcome {
  const results: TransactionOutcome['results'][number][] = [];
  let isTaken = false;
  state.forEach(commands, (command) => lookAt(state, command, nowMs)); // Prefetches for all commands in one round trip.
  for (const command of commands) {
    const result = isTaken ? ({ status: 'NOT_TAKEN' } as const) : reserve(state, command, nowMs);
    isTaken ||= isHolding(result);
    results.push(result);
  }
  return { outcome: isTaken ? 'COMMITTED' : 'REFUSED', results };
}

/** Reads what {@link reserve} will, and decides nothing. */
function lookAt(view: ResourceView, { resource, requester }: ClaimCommand, nowMs: number): void {
  const target = findTarget(view, resource);
  const placement = findPlacement(view, target, requester, nowMs);
  if (placement.status === 'FREE') findBlockers(view, target, placement.name, requester, nowMs);
}

function isHolding(result: { readonly status: string }): boolean {
  return result.status === 'ACQUIRED' || result.status === 'ALREADY_HAD';
}

/** Ends what has lapsed on a name, with an event. Idempotent. */
export function expire(state: ResourceState, resource: string, nowMs: number): void {
  endLapsedClaims(state, resource, nowMs);
}

/** The same for a claim on a blocker that has a record of its own. */
export function expireBlockerClaim(state: ResourceState, id: string, nowMs: number): void {
  endLapsedBlockerClaim(state, id, nowMs);
}

interface Blockers {
  readonly names: readonly FreeName[];
}

/** The blockers to take with a name, each free or the requester's own. */
function findBlockers(
  view: ResourceView,
  target: Target,
  name: FreeName,
  requester: string,
  nowMs: number,
): Blockers | (ClaimRefusal & { readonly blocker: string }) {
  const names = new Map<string, FreeName>();
  let refusal: (ClaimRefusal & { readonly blocker: string }) | undefined;
  view.forEach(target.definition?.blocks ?? [], (blocker) => {
    if (refusal !== undefined) return;
    const placement = findPlacement(view, findTarget(view, blocker), requester, nowMs);
    if (placement.status !== 'OWN' && placement.status !== 'FREE') refusal = { ...placement, blocker };
    else addBlocker(names, name, placement.status === 'OWN' ? placement.held.lock : placement.name);
  });
  return refusal ?? { names: [...names.values()] };
}

/** A blocker that is a pool may resolve to the very slot that is claimed. */
function addBlocker(names: Map<string, FreeName>, name: FreeName, blocker: FreeName): void {
  if (blocker.resource !== name.resource) names.set(blocker.resource, blocker);
}

function take(
  state: ResourceState,
  command: ClaimCommand,
  name: FreeName,
  blockers: readonly FreeName[],
  nowMs: number,
): HeldLock {
  const { requester, ttlMs, resourceType, metadataJson, apiKeyLabel, releaseToken } = command;
  const shared = { root: name.resource, releaseToken, reservedAtMs: nowMs, resourceType, metadataJson, apiKeyLabel };
  const expiresAtMs = ttlMs === null ? null : nowMs + ttlMs;
  const newClaim = (names: readonly string[]) => {
    return { ...shared, expiresAtMs, fencingToken: state.nextSequence(), blockers: names };
  };
  const claim = newClaim(blockers.map((blocker) => blocker.resource));
  addClaim(state, name, requester, claim, nowMs);
  state.forEach(blockers, (blocker) => addClaim(state, blocker, requester, newClaim([]), nowMs));

  const held = findHeldLock(state, name.resource, nowMs);
  if (held === undefined) throw new Error(`The lock on ${name.resource} is gone although it was just taken.`);
  return { lock: held.lock, claim };
}

/** The claim that a holder's token belongs to. */
function findClaim(
  view: ResourceView,
  command: HolderCommand,
  nowMs: number,
): { readonly claim: Claim } | HolderRefusal {
  const { requester, resource, releaseToken } = command;
  const target = findTarget(view, resource);
  const own = findOwnLock(view, target, requester, nowMs);
  if (own === undefined)
    return { status: isHeldByOthers(view, target, nowMs) ? 'DOESNT_OWN_RESERVATION' : 'NOT_RESERVED' };
  const claim = findByToken(view, own, releaseToken ?? '', nowMs);
  return claim === undefined ? { status: 'WRONG_TOKEN' } : { claim };
}

function findByToken(view: ResourceView, { lock }: HeldLock, releaseToken: string, nowMs: number): Claim | undefined {
  const claim = lock.claims.find((each) => isLive(each, nowMs) && constantTimeEquals(each.releaseToken, releaseToken));
  if (claim !== undefined || lock.others === undefined || releaseToken === '') return claim;
  const blockerClaim = view.blockerClaim(lock.resource, releaseToken);
  return blockerClaim !== undefined && isLive(blockerClaim, nowMs) ? toClaim(view, blockerClaim) : undefined;
}

/** A pool itself is never held; its slots are. */
function isHeldByOthers(view: ResourceView, target: Target, nowMs: number): boolean {
  if (target.type === 'pool') return false;
  const resource = target.type === 'slot' ? slotName(target.slot) : target.resource;
  return findHeldLock(view, resource, nowMs) !== undefined;
}
