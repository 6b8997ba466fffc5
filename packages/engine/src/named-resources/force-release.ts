import { isLive, toClaim } from './claims.ts';
import { endClaims } from './holding.ts';
import type { Ending } from './locks.ts';
import { findHeldLock } from './placement.ts';
import type { HeldLock } from './placement.ts';
import type { Claim } from './records.ts';
import type { ResourceState, ResourceView } from './state.ts';

/** A name that somebody holds, and up to so many of the claims that keep it. */
export interface HeldClaims {
  readonly held: HeldLock;
  readonly claims: readonly Claim[];
}

/** Whoever holds a physical name; undefined if nobody does. */
export function findHolder(
  view: ResourceView,
  resource: string,
  mostClaims: number,
  nowMs: number,
): HeldClaims | undefined {
  const held = findHeldLock(view, resource, nowMs);
  if (held === undefined) return undefined;
  const own = held.lock.claims.filter((claim) => isLive(claim, nowMs));
  const others = held.lock.others === undefined ? [] : view.liveBlockerClaims(resource, nowMs, mostClaims);
  view.expectLocks(others.map(({ root }) => root));
  const claims = [...own];
  view.forEach(others, (other) => claims.push(toClaim(view, other)));
  return { held, claims };
}

/** Takes a name from its holder, with all that was taken along with it; returns the names that are free now. */
export function forceRelease(
  state: ResourceState,
  { claims }: HeldClaims,
  by: Pick<Ending, 'apiKeyLabel' | 'reason'>,
  nowMs: number,
): readonly string[] {
  const released: string[] = [];
  const ending = { ...by, type: 'FORCE_RELEASED' } as const;
  state.forEach(claims, (claim) => released.push(...endClaims(state, claim, nowMs, ending)));
  return released;
}
