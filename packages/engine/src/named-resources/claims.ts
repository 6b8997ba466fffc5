import type { BlockerClaim, Claim, Lock } from './records.ts';
import { neverMs } from './slots.ts';
import type { ResourceView } from './state.ts';

type Expiry = Pick<Claim, 'expiresAtMs'>;

/** The one place that decides expiry: a claim has lapsed the moment its expiry is reached. */
export function isLive(claim: Expiry, nowMs: number): boolean {
  return endOf(claim) > nowMs;
}

/** When a claim lapses, comparable: never is the largest. */
export function endOf({ expiresAtMs }: Expiry): number {
  return expiresAtMs ?? neverMs;
}

/** The claim that lapses last, if after `afterMs`. */
export function longest(claims: readonly Claim[], afterMs = -1): Claim | undefined {
  let found: Claim | undefined;
  let foundMs = afterMs;
  for (const claim of claims) {
    if (endOf(claim) <= foundMs) continue;
    found = claim;
    foundMs = endOf(claim);
  }
  return found;
}

/** The live claim that keeps a lock longest; undefined if the lock is free. */
export function lastingClaim(view: ResourceView, lock: Lock, nowMs: number): Claim | undefined {
  const claim = longest(lock.claims, nowMs);
  const endMs = claim === undefined ? nowMs : endOf(claim);
  if (lock.others === undefined || lock.others.untilMs <= endMs) return claim;
  const other = view.lastBlockerClaim(lock.resource);
  return other === undefined || other.untilMs <= endMs ? claim : toClaim(view, other);
}

/** A claim on a blocker with its root's metadata, unless the root has been taken anew since. */
export function toClaim(view: ResourceView, blockerClaim: BlockerClaim): Claim {
  const { resource: _resource, heldSince: _heldSince, untilMs: _untilMs, dueAtMs: _dueAtMs, ...claim } = blockerClaim;
  const { root, releaseToken } = claim;
  const own = view.lock(root)?.claims.find((each) => each.root === root && each.releaseToken === releaseToken);
  return { ...claim, metadataJson: own?.metadataJson ?? null, blockers: [] };
}
