import type { ReserveItem, ReserveResult } from '@holdfast/sdk';

import type { Span } from '../span.ts';
import { findOwn } from './find-own.ts';
import type { Target } from './objects.ts';
import { recognise, seenByHolder, seenByOthers, take } from './spec-holds.ts';
import { holdAt, narrow } from './spec-state.ts';
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
  if (own !== undefined) {
    if (result === undefined) return [moment];
    const isAnswer = result.status === 'ALREADY_HAD' && namesSlot(result, target, own.name);
    return isAnswer ? recognise(moment, own.name, own.hold, seenByHolder(result)) : [];
  }
  const free = target.names.find((name) => holdAt(moment, name) === null);
  if (free !== undefined) {
    const isAnswer = result === undefined || (result.status === 'ACQUIRED' && namesSlot(result, target, free));
    return isAnswer ? take(moment, free, item, result) : [];
  }
  return result === undefined ? [moment] : refuse(moment, target, result);
}

/** Every place is somebody else's. */
function refuse(moment: Moment, target: Target, result: ReserveResult): readonly Moment[] {
  const { status, heldBy, releaseToken, retryAfterSeconds } = result;
  if (releaseToken !== null) return [];
  if (target.isPool) {
    const isAnswer = status === 'NOT_AVAILABLE' && heldBy === null;
    return isAnswer ? narrowToRemaining(moment, firstExpiry(moment, target), retryAfterSeconds) : [];
  }
  const [name = ''] = target.names;
  const hold = holdAt(moment, name);
  if (status !== 'ALREADY_HELD' || heldBy === null || hold === null) return [];
  return recognise(moment, name, hold, seenByOthers(heldBy)).flatMap((each) => {
    return narrowToRemaining(each, firstExpiry(each, target), retryAfterSeconds);
  });
}

/** When the first of the holds lapses; null if none of them does by itself. */
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

function namesSlot(result: ReserveResult, { pool }: Target, name: string): boolean {
  const { acquiredSlots, heldBy, retryAfterSeconds } = result;
  if (heldBy !== null || retryAfterSeconds !== null) return false;
  if (pool === undefined) return acquiredSlots === null;
  return acquiredSlots?.[pool] === name && Object.keys(acquiredSlots).length === 1;
}
