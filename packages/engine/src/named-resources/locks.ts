import { endOf } from './claims.ts';
import { countLock, noteDue } from './lock-count.ts';
import type { Claim, EventType, Lock, OtherClaims, Slot } from './records.ts';
import { setSlotFreeAt } from './slots.ts';
import type { ResourceState } from './state.ts';

/** A free name, and what a lock on it has besides claims. */
export interface FreeName {
  readonly resource: string;
  readonly ancestors: readonly string[];
  readonly slot: Slot | null;
}

/** With which event a lock ends. */
export interface Ending {
  readonly type: EventType;
  /** The API key that did it. Absent: nobody did, and the event names the one that the last claim was made with. */
  readonly apiKeyLabel?: string;
  /** Why it was taken from its holder. */
  readonly reason?: string | undefined;
}

/** A lock that somebody took; its claims may have lapsed. */
export type TakenLock = Lock & { readonly requester: string };

export function isTaken(lock: Lock | undefined): lock is TakenLock {
  return lock !== undefined && lock.requester !== null;
}

/** When the last claim on a name lapses; later than that if the last one was released. */
export function endOfLock({ claims, others }: Pick<Lock, 'claims' | 'others'>): number {
  let endMs = others?.untilMs ?? 0;
  for (const claim of claims) endMs = Math.max(endMs, endOf(claim));
  return endMs;
}

/** Locks a free name for its first claim. */
export function beginLock(state: ResourceState, name: FreeName, requester: string, claim: Claim, nowMs: number): void {
  const { resource, ancestors, slot } = name;
  const lock: TakenLock = {
    ...freeLock(resource),
    heldBelow: state.lock(resource)?.heldBelow ?? 0,
    requester,
    claims: [claim],
    ancestors,
    slot,
    heldSince: claim.fencingToken,
  };
  countLock(state, resource, 1);
  for (const upper of ancestors) changeHeldBelow(state, upper, 1);
  keepLock(state, lock);
  tellNamesAbove(state, lock);
  if (slot !== null) state.putSlotHolder(slot.pool, requester, slot.number);
  state.recordEvent('RESERVED', resource, requester, claim, nowMs);
}

/** Changes the claims on a name that stays held. */
export function changeLock(
  state: ResourceState,
  lock: TakenLock,
  claims: readonly Claim[],
  others: OtherClaims | undefined,
): void {
  const { others: _others, ...rest } = lock;
  const changed: TakenLock = { ...rest, claims, ...(others === undefined ? {} : { others }) };
  keepLock(state, changed);
  if (endOfLock(changed) !== endOfLock(lock)) tellNamesAbove(state, changed);
}

/** Frees a name after its last claim. */
export function endLock(state: ResourceState, lock: TakenLock, claim: Claim, ending: Ending, nowMs: number): void {
  const { resource, requester, ancestors, slot } = lock;
  countLock(state, resource, -1);
  for (const upper of ancestors) {
    changeHeldBelow(state, upper, -1);
    if (lock.version === 2) state.deleteNameBelow(upper, resource);
    else state.deleteHeldBelow(upper, resource);
  }
  state.putLock({ ...freeLock(resource), heldBelow: lock.heldBelow });
  if (slot !== null) freeSlot(state, slot, requester);
  const { type, apiKeyLabel = claim.apiKeyLabel, reason } = ending;
  state.recordEvent(type, resource, requester, { ...claim, apiKeyLabel, reason }, nowMs);
}

/** Stores the lock, and when its slot will be free. */
function keepLock(state: ResourceState, lock: TakenLock): void {
  const dueAtMs = lock.claims.reduce<number | null>((earliest, { expiresAtMs }) => {
    return earliest === null || (expiresAtMs !== null && expiresAtMs < earliest) ? expiresAtMs : earliest;
  }, null);
  state.putLock({ ...lock, dueAtMs });
  noteDue(state, dueAtMs);
  if (lock.slot !== null) setSlotFreeAt(state, lock.slot, endOfLock(lock));
}

/** Lets names above find what is held below them without reading what has lapsed. */
function tellNamesAbove(state: ResourceState, lock: TakenLock): void {
  if (lock.version !== 2) return;
  const { resource, requester } = lock;
  for (const upper of lock.ancestors) state.putNameBelow({ upper, resource, requester, untilMs: endOfLock(lock) });
}

function changeHeldBelow(state: ResourceState, upper: string, change: 1 | -1): void {
  const lock = state.lock(upper) ?? freeLock(upper);
  state.putLock({ ...lock, heldBelow: lock.heldBelow + change });
}

function freeSlot(state: ResourceState, slot: Slot, requester: string): void {
  if (state.slotHolder(slot.pool, requester)?.slot === slot.number) state.deleteSlotHolder(slot.pool, requester);
  setSlotFreeAt(state, slot, 0);
}

function freeLock(resource: string): Lock {
  return { resource, requester: null, claims: [], ancestors: [], slot: null, heldBelow: 0, dueAtMs: null, version: 2 };
}
