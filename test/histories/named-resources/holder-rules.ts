import type { RenewItem, RenewResult, UnreserveItem, UnreserveResult } from '@holdfast/sdk';

import { findOwn } from './find-own.ts';
import type { OwnHold } from './find-own.ts';
import type { Target } from './objects.ts';
import { extend, release } from './spec-holds.ts';
import { holdAt } from './spec-state.ts';
import type { Moment } from './spec-state.ts';

export function unreserve(
  moment: Moment,
  target: Target,
  item: UnreserveItem,
  result: UnreserveResult | undefined,
): readonly Moment[] {
  const refused = refuseHolder(moment, target, item, result?.status);
  const own = findProven(moment, target, item);
  const isReleased =
    result === undefined || (result.status === 'RELINQUISHED' && result.released?.join() === own?.name);
  return own !== undefined && isReleased ? [release(moment, own.name), ...refused] : refused;
}

export function renew(
  moment: Moment,
  target: Target,
  item: RenewItem,
  result: RenewResult | undefined,
): readonly Moment[] {
  const refused = refuseHolder(moment, target, item, result?.status);
  const own = findProven(moment, target, item);
  const isRenewed = result === undefined || (result.status === 'RENEWED' && result.releaseToken === item.releaseToken);
  if (own === undefined || !isRenewed) return refused;
  return [...extend(moment, own.name, own.hold, item.ttlSeconds, result), ...refused];
}

type HolderStatus = UnreserveResult['status'] | RenewResult['status'];

/** What a requester is told who can't prove that it holds the name; `status` is undefined if nobody knows. */
function refuseHolder(
  moment: Moment,
  target: Target,
  item: UnreserveItem,
  status: HolderStatus | undefined,
): readonly Moment[] {
  const own = findOwn(moment, target, item.requester);
  if (own !== undefined) {
    const isAnswer = status === undefined || status === 'DOESNT_OWN_RESERVATION';
    return isAnswer && own.hold.releaseToken !== item.releaseToken ? [moment] : [];
  }
  const isHeld = !target.isPool && target.names.some((name) => holdAt(moment, name) !== null);
  const expected = isHeld ? 'DOESNT_OWN_RESERVATION' : 'NOT_RESERVED';
  return status === undefined || status === expected ? [moment] : [];
}

/** The requester's own hold, if the token is the right one, as far as anybody has been told. */
function findProven(moment: Moment, target: Target, item: UnreserveItem): OwnHold | undefined {
  const own = findOwn(moment, target, item.requester);
  if (own === undefined || item.releaseToken === undefined) return undefined;
  const { releaseToken } = own.hold;
  return releaseToken === null || releaseToken === item.releaseToken ? own : undefined;
}
