import type { HeldBy, ReserveItem, ReserveResult } from '@holdfast/sdk';

import type { Span } from '../span.ts';
import { canTake, findOwn, holdsInTheWay, lastingOf } from './holds-on.ts';
import type { HoldOn } from './holds-on.ts';
import type { Target } from './objects.ts';
import { ancestorsOf, blockersOf } from './related-names.ts';
import { recognise, seenByHolder, seenByOthers, take } from './spec-holds.ts';
import { holdAt, narrow, placeOf } from './spec-state.ts';
import type { Moment } from './spec-state.ts';

/**
 * A claim. Like every rule it takes the moment at which an item is decided and what was answered, undefined if nobody
 * knows. It returns the moment afterwards, or none if that can't have been the answer; several if both may be.
 */
export function reserve(
  moment: Moment,
  target: Target,
  item: ReserveItem,
  result: ReserveResult | undefined,
): readonly Moment[] {
  const own = findOwn(moment, target, item.requester);
  if (own.length > 0) {
    if (result === undefined) return [moment];
    if (result.status !== 'ALREADY_HAD') return [];
    const seen = lastingOf(own).filter(({ name, root }) => namesPlaces(result, target, name, root));
    return seen.flatMap((each) => recognise(moment, each, seenByHolder(result)));
  }
  const free = target.names.find((name) => canTake(moment, name, item.requester));
  if (free !== undefined) {
    const isAnswer = result === undefined || (result.status === 'ACQUIRED' && namesPlaces(result, target, free, free));
    return isAnswer ? take(moment, free, item, result) : [];
  }
  return result === undefined ? [moment] : refuse(moment, target, item, result);
}

/** Something of somebody else's is in the way, wherever it might go. */
function refuse(moment: Moment, target: Target, item: ReserveItem, result: ReserveResult): readonly Moment[] {
  const { status, heldBy, releaseToken, retryAfterSeconds, acquiredSlots, acquiredBlockers, reservedAtPath } = result;
  if ([releaseToken, acquiredSlots, acquiredBlockers, reservedAtPath].some((member) => member !== null)) return [];
  if (target.isPool) {
    const isAnswer = status === 'NOT_AVAILABLE' && heldBy === null;
    return isAnswer ? narrowToRemaining(moment, firstExpiry(moment, target), retryAfterSeconds) : [];
  }
  if (status !== 'ALREADY_HELD' || heldBy === null) return [];
  // Of several names in the way, it may tell of any.
  const told = holdsInTheWay(moment, target.names[0]!, item.requester).filter((each) => isExplained(result, each));
  return told.flatMap((each) => tellOfHolder(moment, each, heldBy, retryAfterSeconds));
}

function isExplained({ explanation }: ReserveResult, { name, hold }: HoldOn): boolean {
  return explanation.includes(`${hold.requester} holds ${name}`);
}

function tellOfHolder(moment: Moment, inTheWay: HoldOn, heldBy: HeldBy, seconds: number | null): readonly Moment[] {
  return recognise(moment, inTheWay, seenByOthers(heldBy)).flatMap((each) => {
    return narrowToRemaining(each, placeOf(each.state, inTheWay.root).hold!.expires, seconds);
  });
}

/** When the first of a pool's holds lapses; null if none of them does by itself. */
function firstExpiry(moment: Moment, { names }: Target): Span | null {
  const spans = names.flatMap((name) => holdAt(moment, name)?.expires ?? []);
  if (spans.length === 0) return null;
  return { fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)), toMs: Math.min(...spans.map(({ toMs }) => toMs)) };
}

/** The seconds that are left, rounded up, tell when it was decided. */
function narrowToRemaining(moment: Moment, expires: Span | null, seconds: number | null): readonly Moment[] {
  if (expires === null || seconds === null) return expires === null && seconds === null ? [moment] : [];
  return narrow(moment, { fromMs: expires.fromMs - seconds * 1_000, toMs: expires.toMs - seconds * 1_000 + 999 });
}

/** Whether it says of a hold on a name where that is, and what was taken along. */
function namesPlaces(result: ReserveResult, { pool }: Target, name: string, root: string): boolean {
  const { acquiredSlots, acquiredBlockers, reservedAtPath, heldBy, retryAfterSeconds } = result;
  if (heldBy !== null || retryAfterSeconds !== null) return false;
  const ancestors = ancestorsOf(name);
  if (reservedAtPath !== (ancestors.length === 0 ? null : [...ancestors, name].join('>'))) return false;
  const blockers = name === root ? blockersOf(root) : [];
  if (blockers.length === 0 ? acquiredBlockers !== null : acquiredBlockers?.join() !== blockers.join()) return false;
  if (pool === undefined) return acquiredSlots === null;
  return acquiredSlots?.[pool] === name && Object.keys(acquiredSlots).length === 1;
}
