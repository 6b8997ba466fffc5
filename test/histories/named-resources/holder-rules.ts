import type { RenewItem, RenewResult, UnreserveItem, UnreserveResult } from '@holdfast/sdk';

import { findOwn, holdsOn } from './holds-on.ts';
import type { HoldOn } from './holds-on.ts';
import type { Target } from './objects.ts';
import { blockersOf } from './related-names.ts';
import { extend, release } from './spec-holds.ts';
import type { Moment } from './spec-state.ts';

export function unreserve(
  moment: Moment,
  target: Target,
  item: UnreserveItem,
  result: UnreserveResult | undefined,
): readonly Moment[] {
  const refused = refuseHolder(moment, target, item, result?.status);
  const released = findProven(moment, target, item).flatMap((own) => {
    const after = release(moment, own);
    return result === undefined || isRelinquished(result, namesFreed(after, own)) ? [after] : [];
  });
  return [...released, ...refused];
}

/** Of the names that a hold was on, those that no other hold keeps. */
function namesFreed(after: Moment, { root }: HoldOn): readonly string[] {
  return [root, ...blockersOf(root)].filter((name) => holdsOn(after, name).length === 0);
}

function isRelinquished({ status, released }: UnreserveResult, freed: readonly string[]): boolean {
  if (status !== 'RELINQUISHED') return false;
  return freed.length === 0 ? released === null : released?.toSorted().join() === freed.toSorted().join();
}

export function renew(
  moment: Moment,
  target: Target,
  item: RenewItem,
  result: RenewResult | undefined,
): readonly Moment[] {
  const refused = refuseHolder(moment, target, item, result?.status);
  const isRenewed = result === undefined || (result.status === 'RENEWED' && result.releaseToken === item.releaseToken);
  if (!isRenewed) return refused;
  const own = findProven(moment, target, item);
  return [...own.flatMap((each) => extend(moment, each, item.ttlSeconds, result)), ...refused];
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
  if (own.length > 0) {
    const isAnswer = status === undefined || status === 'DOESNT_OWN_RESERVATION';
    return isAnswer && own.every(({ hold }) => hold.releaseToken !== item.releaseToken) ? [moment] : [];
  }
  const isHeld = !target.isPool && target.names.some((name) => holdsOn(moment, name).length > 0);
  const expected = isHeld ? 'DOESNT_OWN_RESERVATION' : 'NOT_RESERVED';
  return status === undefined || status === expected ? [moment] : [];
}

/** The requester's own hold that the token is of; several if it may be, as far as anybody has been told. */
function findProven(moment: Moment, target: Target, { requester, releaseToken }: UnreserveItem): readonly HoldOn[] {
  if (releaseToken === undefined) return [];
  const own = findOwn(moment, target, requester);
  const proven = own.filter(({ hold }) => hold.releaseToken === releaseToken);
  return proven.length > 0 ? proven : own.filter(({ hold }) => hold.releaseToken === null);
}
