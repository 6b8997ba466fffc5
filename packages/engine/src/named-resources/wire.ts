import type {
  Definition as WireDefinition,
  ForceReleaseResult,
  RenewResult,
  Reservation,
  ReserveResult,
  ResourceState,
  SlotState,
  TransactionItemResult,
  UnreserveResult,
} from '@holdfast/contract';

import { toWireTime, toWireTimeOrNull } from '../shared/times.ts';
import type { HeldLock } from './placement.ts';
import type { Claim, Definition } from './records.ts';
import type { ClaimOutcome, ClaimRefusal, HolderRefusal, ReleaseOutcome, RenewOutcome } from './rules.ts';

/** An item's name and requester, echoed in its result. */
export interface Echo {
  readonly resource: string;
  readonly requester: string;
}

const nothingHeld = {
  releaseToken: null,
  fencingToken: null,
  expiresAt: null,
  acquiredSlots: null,
  acquiredBlockers: null,
  reservedAtPath: null,
  heldBy: null,
  retryAfterSeconds: null,
};

export function toReserveResult({ resource, requester }: Echo, outcome: ClaimOutcome, nowMs: number): ReserveResult {
  const echo = { resource, requester };
  switch (outcome.status) {
    case 'ACQUIRED':
      return { ...echo, status: outcome.status, explanation: `${resource} is yours now.`, ...toHolding(outcome.held) };
    case 'ALREADY_HAD':
      return {
        ...echo,
        status: outcome.status,
        explanation: `${requester} holds ${outcome.held.lock.resource} already; nothing changed.`,
        ...toHolding(outcome.held),
      };
    case 'ALREADY_HELD': {
      const { claim, lock } = outcome.obstacle.held;
      return {
        ...echo,
        status: outcome.status,
        explanation: explainObstacle(resource, outcome),
        ...nothingHeld,
        heldBy: toHeldBy(lock.requester, claim),
        retryAfterSeconds: secondsUntil(claim.expiresAtMs, nowMs),
      };
    }
    case 'NOT_AVAILABLE':
      return {
        ...echo,
        status: outcome.status,
        explanation: `Every slot of ${outcome.pool} is held.`,
        ...nothingHeld,
        retryAfterSeconds: secondsUntil(outcome.freeAtMs ?? null, nowMs),
      };
    case 'NOT_VALID':
      return { ...echo, status: outcome.status, explanation: explainInvalid(outcome), ...nothingHeld };
  }
}

export function toTransactionResult(
  echo: Echo,
  outcome: ClaimOutcome | { readonly status: 'NOT_TAKEN' },
  nowMs: number,
): TransactionItemResult {
  if (outcome.status !== 'NOT_TAKEN') return toReserveResult(echo, outcome, nowMs);
  const explanation = `${echo.resource} was left alone, because the transaction as a whole didn't need or didn't get it.`;
  return { resource: echo.resource, requester: echo.requester, status: 'NOT_TAKEN', explanation, ...nothingHeld };
}

function toHolding({ lock, claim }: HeldLock) {
  return {
    ...nothingHeld,
    releaseToken: claim.releaseToken,
    fencingToken: claim.fencingToken,
    expiresAt: toWireTimeOrNull(claim.expiresAtMs),
    acquiredSlots: lock.slot === null ? null : { [lock.slot.pool]: lock.resource },
    acquiredBlockers: claim.blockers.length === 0 ? null : [...claim.blockers],
    reservedAtPath: lock.ancestors.length === 0 ? null : [...lock.ancestors, lock.resource].join('>'),
  };
}

function toHeldBy(requester: string, claim: Claim) {
  return {
    requester,
    metadata: toMetadata(claim.metadataJson),
    since: toWireTime(claim.reservedAtMs),
    expiresAt: toWireTimeOrNull(claim.expiresAtMs),
  };
}

function explainObstacle(
  resource: string,
  { blocker, obstacle }: Extract<ClaimRefusal, { status: 'ALREADY_HELD' }> & { readonly blocker: string | null },
): string {
  const { resource: name, requester } = obstacle.held.lock;
  const wanted = blocker ?? resource;
  const reason = blocker === null ? '' : `${resource} is taken together with ${blocker}, and `;
  switch (obstacle.where) {
    case 'here':
      return `${reason}${requester} holds ${name}.`;
    case 'above':
      return `${reason}${requester} holds ${name}, which is above ${wanted} in the tree.`;
    case 'below':
      return `${reason}${requester} holds ${name}, which is below ${wanted} in the tree.`;
  }
}

function explainInvalid({ reason, name }: Extract<ClaimRefusal, { status: 'NOT_VALID' }>): string {
  return reason === 'beyondCapacity'
    ? `${name} is beyond the capacity of its pool.`
    : `${name} is not registered, and only registered names can be reserved here.`;
}

function secondsUntil(atMs: number | null, nowMs: number): number | null {
  return atMs === null ? null : Math.ceil((atMs - nowMs) / 1_000);
}

export function toUnreserveResult({ resource, requester }: Echo, outcome: ReleaseOutcome): UnreserveResult {
  if (outcome.status === 'RELINQUISHED') {
    const { status, root, released } = outcome;
    const explanation = released.includes(root)
      ? `${resource} is free again.`
      : `${requester} gave up this claim, and still holds ${root} together with another resource.`;
    return { resource, requester, status, explanation, released: released.length === 0 ? null : [...released] };
  }
  return { resource, requester, ...toHolderRefusal(resource, requester, outcome), released: null };
}

export function toForceReleaseResult(
  resource: string,
  held: HeldLock | undefined,
  released: readonly string[],
): ForceReleaseResult {
  if (held === undefined) {
    const explanation = `Nobody holds ${resource}.`;
    return { resource, status: 'NOT_RESERVED', explanation, released: null, heldBy: null };
  }
  const { requester } = held.lock;
  const explanation = `${resource} is free again; ${requester} held it.`;
  const heldBy = toHeldBy(requester, held.claim);
  return { resource, status: 'RELEASED', explanation, released: [...released], heldBy };
}

export function toRenewResult({ resource, requester }: Echo, outcome: RenewOutcome): RenewResult {
  if (outcome.status === 'RENEWED') {
    const { releaseToken, fencingToken, expiresAtMs } = outcome.claim;
    const expiresAt = toWireTimeOrNull(expiresAtMs);
    const explanation = `${resource} is yours until ${expiresAt}.`;
    return { resource, requester, status: outcome.status, explanation, releaseToken, fencingToken, expiresAt };
  }
  const refusal = toHolderRefusal(resource, requester, outcome);
  return { resource, requester, ...refusal, releaseToken: null, fencingToken: null, expiresAt: null };
}

function toHolderRefusal(resource: string, requester: string, { status }: HolderRefusal) {
  switch (status) {
    case 'NOT_RESERVED':
      return { status, explanation: `${requester} doesn't hold ${resource}, and nobody else does.` } as const;
    case 'DOESNT_OWN_RESERVATION':
      return { status, explanation: `Another requester holds ${resource}; nothing changed.` } as const;
    case 'WRONG_TOKEN': {
      const explanation = `${requester} holds ${resource}, but releaseToken is missing or wrong; nothing changed.`;
      return { status: 'DOESNT_OWN_RESERVATION', explanation } as const;
    }
  }
}

export function toReservation({ lock, claim }: HeldLock): Reservation {
  return { resource: lock.resource, requester: lock.requester, ...toClaimFields(claim) };
}

export function toResourceState(resource: string, held: HeldLock | undefined): ResourceState {
  return { ...toSlotState(resource, held), capacity: null, free: null, slots: null };
}

export function toPoolState(resource: string, capacity: number, free: number, slots: SlotState[]): ResourceState {
  const status = free > 0 ? 'FREE' : 'HELD';
  return { resource, status, requester: null, ...noClaimFields, capacity, free, slots };
}

export function toSlotState(resource: string, held: HeldLock | undefined): SlotState {
  if (held !== undefined) return { ...toReservation(held), status: 'HELD' };
  return { resource, status: 'FREE', requester: null, ...noClaimFields };
}

const noClaimFields = { resourceType: null, reservedAt: null, expiresAt: null, fencingToken: null, metadata: null };

function toClaimFields(claim: Claim) {
  return {
    resourceType: claim.resourceType,
    reservedAt: toWireTime(claim.reservedAtMs),
    expiresAt: toWireTimeOrNull(claim.expiresAtMs),
    fencingToken: claim.fencingToken,
    metadata: toMetadata(claim.metadataJson),
  };
}

export function toWireDefinition(definition: Definition): WireDefinition {
  const { name, capacity, pool, blocks, ancestors, labels, registeredAtMs, updatedAtMs } = definition;
  return {
    name,
    capacity,
    pool,
    blocks: [...blocks],
    treePath: ancestors.length === 0 ? null : ancestors.join('>'),
    labels: { ...labels },
    registeredAt: toWireTime(registeredAtMs),
    updatedAt: toWireTime(updatedAtMs),
  };
}

function toMetadata(metadataJson: string | null): Record<string, unknown> | null {
  return metadataJson === null ? null : (JSON.parse(metadataJson) as Record<string, unknown>);
}
