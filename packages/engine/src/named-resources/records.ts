import { defineKind } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';
import { lockCountKind } from '../shared/lock-counts.ts';

/** A claim on one name. Claiming a resource makes one on the resource and one on each of its blockers. */
export interface Claim {
  /** The physical name that was claimed; on a blocker, the name it is held for. */
  readonly root: string;
  readonly releaseToken: string;
  readonly fencingToken: number;
  readonly reservedAtMs: number;
  /** Null: it never lapses. */
  readonly expiresAtMs: number | null;
  readonly resourceType: string;
  /** As JSON text, so that no store ever sees a client's member names. */
  readonly metadataJson: string | null;
  readonly apiKeyLabel: string;
  /** The names that were taken together with the root; empty on a blocker. */
  readonly blockers: readonly string[];
}

/** A slot of a pool. */
export interface Slot {
  readonly pool: string;
  readonly number: number;
}

/** The state of one physical name: who holds it, and how many locks lie below it in the tree. */
export interface Lock {
  readonly resource: string;
  /** Null while nobody holds it. All of a lock's claims are this requester's. */
  readonly requester: string | null;
  /** The claim on the name itself, and one of those that took it along as a blocker: nearly always the only one. */
  readonly claims: readonly Claim[];
  /** The other claims that took it along; each has a record of its own. Absent: there are none. */
  readonly others?: OtherClaims;
  /** The fencing token with which the requester took the name. */
  readonly heldSince?: number;
  /** The names above it, root first, as they were when it was taken. */
  readonly ancestors: readonly string[];
  readonly slot: Slot | null;
  /** Number of names below it whose lock has claims, lapsed ones included. */
  readonly heldBelow: number;
  /** When the first of `claims` lapses. */
  readonly dueAtMs: number | null;
  /** Absent on locks from before version 2, which know what is held below a name as {@link HeldBelow}. */
  readonly version?: 2;
}

/** Claims kept apart from the lock, so that ten thousand of them don't make it larger to read and write. */
export interface OtherClaims {
  readonly count: number;
  /** An upper bound of their expiries; the last one may have been released. */
  readonly untilMs: number;
}

/** A claim that took a name along as a blocker. Its metadata is that of its root. */
export interface BlockerClaim extends Omit<Claim, 'metadataJson' | 'blockers'> {
  /** The blocker. */
  readonly resource: string;
  /** The lock's `heldSince` at the time: claims of an earlier holder only wait to be swept. */
  readonly heldSince: number;
  /** When it lapses, comparable: never is the largest. */
  readonly untilMs: number;
  readonly dueAtMs: number | null;
}

/** What a name was registered as. */
export interface Definition {
  readonly name: string;
  readonly capacity: number;
  /** Whether claims go to numbered slots. Once a pool, always a pool, even with its capacity lowered to 1. */
  readonly pool: boolean;
  readonly blocks: readonly string[];
  /** The names above it, root first. */
  readonly ancestors: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly registeredAtMs: number;
  readonly updatedAtMs: number;
}

/** When each slot of a chunk is free: 0 if it is, else when its lock lapses. */
export interface SlotChunk {
  readonly freeAtMs: readonly number[];
}

/** For each chunk of a pool, when its earliest slot is free. */
export interface SlotSummary {
  readonly freeAtMs: readonly number[];
}

/** The slot of a pool that a requester holds. */
export interface SlotHolder {
  readonly slot: number;
}

/** An index entry: a name has a lock below it in the tree, whose it is, and until when at the latest. */
export interface NameBelow {
  readonly upper: string;
  readonly resource: string;
  readonly requester: string;
  readonly untilMs: number;
}

/** The same from before version 2. */
export interface HeldBelow {
  readonly resource: string;
}

export type EventType = 'RESERVED' | 'UNRESERVED' | 'RESERVATION_EXPIRED' | 'RENEWED' | 'FORCE_RELEASED';

/** By physical name. */
export const lockKind: Kind<Lock> = defineKind({
  name: 'locks',
  indexes: { requester: ['requester'] },
  dueField: 'dueAtMs',
});

/** By name. */
export const definitionKind: Kind<Definition> = defineKind({ name: 'definitions', indexes: {} });

/** By pool and number of the chunk. */
export const slotChunkKind: Kind<SlotChunk> = defineKind({ name: 'slot-chunks', indexes: {} });

/** By pool. */
export const slotSummaryKind: Kind<SlotSummary> = defineKind({ name: 'slot-summaries', indexes: {} });

/** By pool and requester. */
export const slotHolderKind: Kind<SlotHolder> = defineKind({ name: 'slot-holders', indexes: {} });

/** By blocker and root. */
export const blockerClaimKind: Kind<BlockerClaim> = defineKind({
  name: 'blocker-claims',
  indexes: { until: ['resource', 'untilMs'], token: ['resource', 'releaseToken'] },
  dueField: 'dueAtMs',
});

/** By upper name and lower name. */
export const nameBelowKind: Kind<NameBelow> = defineKind({
  name: 'names-below',
  indexes: { until: ['upper', 'untilMs'], requester: ['upper', 'requester'] },
});

/** By upper name and lower name. Nothing is added to it any more. */
export const heldBelowKind: Kind<HeldBelow> = defineKind({ name: 'held-below', indexes: {} });

/** Joins the parts of a record's id; no name holds a control character. */
export function joinId(...parts: readonly string[]): string {
  return parts.join('\u001f');
}

/** Every kind of the family. */
export const namedResourceKinds = [
  blockerClaimKind,
  definitionKind,
  heldBelowKind,
  lockCountKind,
  lockKind,
  nameBelowKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
];
