import { lastingClaim } from './claims.ts';
import { isTaken } from './locks.ts';
import type { FreeName, TakenLock } from './locks.ts';
import type { Claim, Definition, Lock, NameBelow, Slot } from './records.ts';
import { parseSlotName, slotName } from './slot-name.ts';
import { freeSlots, nextFreeAtMs } from './slots.ts';
import type { ResourceView } from './state.ts';

/** What a client's name refers to. */
export type Target =
  | { readonly type: 'name'; readonly resource: string; readonly definition: Definition | undefined }
  | { readonly type: 'slot'; readonly slot: Slot; readonly definition: Definition }
  | { readonly type: 'pool'; readonly definition: Definition };

/** A lock that somebody holds, with the claim that keeps it longest. */
export interface HeldLock {
  readonly lock: TakenLock;
  readonly claim: Claim;
}

/** Why a name can't be taken: a lock of another requester, on the name itself or on one above or below it. */
interface Obstacle {
  readonly where: 'here' | 'above' | 'below';
  readonly held: HeldLock;
}

/** Where a claim on a name goes, or why it can't. */
export type Placement =
  | { readonly status: 'OWN'; readonly held: HeldLock }
  | { readonly status: 'FREE'; readonly name: FreeName }
  | { readonly status: 'ALREADY_HELD'; readonly obstacle: Obstacle }
  | { readonly status: 'NOT_AVAILABLE'; readonly pool: string; readonly freeAtMs: number | undefined }
  | { readonly status: 'NOT_VALID'; readonly reason: 'beyondCapacity' | 'notRegistered'; readonly name: string };

export function findTarget(view: ResourceView, name: string): Target {
  const slot = parseSlotName(name);
  const pool = slot === undefined ? undefined : view.definition(slot.pool);
  if (slot !== undefined && pool?.pool === true) return { type: 'slot', slot, definition: pool };
  const definition = view.definition(name);
  return definition?.pool === true ? { type: 'pool', definition } : { type: 'name', resource: name, definition };
}

/** The lock that this requester holds on a name; in a pool, on whichever slot, as there can be but one. */
export function findOwnLock(
  view: ResourceView,
  target: Target,
  requester: string,
  nowMs: number,
): HeldLock | undefined {
  for (const resource of possibleOwnNames(view, target, requester)) {
    const held = findHeldLock(view, resource, nowMs);
    if (held?.lock.requester === requester) return held;
  }
  return undefined;
}

function possibleOwnNames(view: ResourceView, target: Target, requester: string): readonly string[] {
  if (target.type === 'name') return [target.resource];
  const pool = target.definition.name;
  const number = view.slotHolder(pool, requester)?.slot;
  const held = number === undefined ? [] : [slotName({ pool, number })];
  return target.type === 'slot' ? [slotName(target.slot), ...held] : held;
}

export function findHeldLock(view: ResourceView, resource: string, nowMs: number): HeldLock | undefined {
  return toHeldLock(view, view.lock(resource), nowMs);
}

/** The lock with the claim that keeps it; undefined if nobody holds it at this time. */
export function toHeldLock(view: ResourceView, lock: Lock | undefined, nowMs: number): HeldLock | undefined {
  if (!isTaken(lock)) return undefined;
  const claim = lastingClaim(view, lock, nowMs);
  return claim === undefined ? undefined : { lock, claim };
}

export function findPlacement(view: ResourceView, target: Target, requester: string, nowMs: number): Placement {
  const own = findOwnLock(view, target, requester, nowMs);
  if (own !== undefined) return { status: 'OWN', held: own };
  const ancestors = target.definition?.ancestors ?? [];
  const above = findObstacle(view, ancestors, 'above', requester, nowMs);

  if (target.type === 'slot' && target.slot.number >= target.definition.capacity) {
    return { status: 'NOT_VALID', reason: 'beyondCapacity', name: slotName(target.slot) };
  }
  if (above !== undefined) return { status: 'ALREADY_HELD', obstacle: above };
  if (target.type === 'pool') return findFreeSlot(view, target.definition, requester, nowMs);

  const slot = target.type === 'slot' ? target.slot : null;
  const resource = target.type === 'slot' ? slotName(target.slot) : target.resource;
  const obstacle = findObstacleAt(view, resource, requester, nowMs);
  if (obstacle !== undefined) return { status: 'ALREADY_HELD', obstacle };

  return { status: 'FREE', name: { resource, ancestors, slot } };
}

function findFreeSlot(view: ResourceView, definition: Definition, requester: string, nowMs: number): Placement {
  const { name: pool, capacity, ancestors } = definition;
  for (const number of freeSlots(view, pool, capacity, nowMs)) {
    const slot = { pool, number };
    const resource = slotName(slot);
    view.lock(resource, () => freeSlotNames(view, definition, nowMs));
    const isObstructed = findObstacleAt(view, resource, requester, nowMs) !== undefined;
    if (!isObstructed) return { status: 'FREE', name: { resource, ancestors, slot } };
  }
  const freeAtMs = nextFreeAtMs(view, pool, capacity) ?? 0;
  return { status: 'NOT_AVAILABLE', pool, freeAtMs: freeAtMs > nowMs ? freeAtMs : undefined };
}

function* freeSlotNames(view: ResourceView, { name: pool, capacity }: Definition, nowMs: number): Generator<string> {
  for (const number of freeSlots(view, pool, capacity, nowMs)) yield slotName({ pool, number });
}

function findObstacleAt(view: ResourceView, resource: string, requester: string, nowMs: number): Obstacle | undefined {
  const held = findHeldLock(view, resource, nowMs);
  if (held !== undefined && held.lock.requester !== requester) return { where: 'here', held };
  return findObstacleBelow(view, resource, requester, nowMs);
}

/** The first of these names that another requester holds. */
function findObstacle(
  view: ResourceView,
  names: readonly string[],
  where: 'above' | 'below',
  requester: string,
  nowMs: number,
): Obstacle | undefined {
  let obstacle: Obstacle | undefined;
  view.expectLocks(names);
  view.forEach(names, (name) => {
    const held = findHeldLock(view, name, nowMs);
    if (held !== undefined && held.lock.requester !== requester) obstacle ??= { where, held };
  });
  return obstacle;
}

/** How many names held below a name are read before the requester's own are filtered out by the index. */
const namesLookedAt = 100;

function findObstacleBelow(
  view: ResourceView,
  resource: string,
  requester: string,
  nowMs: number,
): Obstacle | undefined {
  if ((view.lock(resource)?.heldBelow ?? 0) === 0) return undefined;
  const held = view.namesHeldBelow(resource, nowMs, namesLookedAt);
  const names = held.length < namesLookedAt ? held : view.namesTakenBelow(resource, requester);
  for (const below of names) {
    const obstacle = toObstacle(view, below, requester, nowMs);
    if (obstacle !== undefined) return obstacle;
  }
  return findObstacle(view, Array.from(view.oldNamesBelow(resource)), 'below', requester, nowMs);
}

/** A name listed as held may have been released since. */
function toObstacle(view: ResourceView, below: NameBelow, requester: string, nowMs: number): Obstacle | undefined {
  if (below.requester === requester || below.untilMs <= nowMs) return undefined;
  const held = findHeldLock(view, below.resource, nowMs);
  return held === undefined ? undefined : { where: 'below', held };
}
