import type { HeldBy, Metadata, RenewResult, Reservation, ReserveItem, ReserveResult } from '@holdfast/sdk';

import { exactly, later, meet } from '../span.ts';
import type { Span } from '../span.ts';
import { narrow, placeOf, putPlace } from './spec-state.ts';
import type { Hold, Moment } from './spec-state.ts';

/** What an answer says about a hold; what it doesn't mention is undefined. */
interface SeenHold {
  readonly requester: string;
  readonly metadataJson?: string;
  readonly releaseToken?: string | null;
  readonly fencingToken?: number | null;
  readonly sinceMs?: number;
  /** Null: never. */
  readonly expiresAtMs?: number | null;
}

export function seenByHolder({ requester, releaseToken, fencingToken, expiresAt }: ReserveResult): SeenHold {
  return { requester, releaseToken, fencingToken, expiresAtMs: toMs(expiresAt) };
}

export function seenByOthers({ requester, metadata, since, expiresAt }: HeldBy): SeenHold {
  const metadataJson = toMetadataJson(metadata);
  return { requester, metadataJson, sinceMs: Date.parse(since), expiresAtMs: toMs(expiresAt) };
}

type ListedHold = Pick<Reservation, 'requester' | 'metadata' | 'reservedAt' | 'expiresAt' | 'fencingToken'>;

export function seenByReaders({ requester, metadata, reservedAt, expiresAt, fencingToken }: ListedHold): SeenHold {
  const shared = { requester, metadataJson: toMetadataJson(metadata), fencingToken };
  return { ...shared, sinceMs: Date.parse(reservedAt), expiresAtMs: toMs(expiresAt) };
}

/** The moment, knowing of the hold on a name what an answer says; none if the hold is another one. */
export function recognise(moment: Moment, name: string, hold: Hold, seen: SeenHold): readonly Moment[] {
  const place = placeOf(moment.state, name);
  const times = narrowTimes(hold, seen);
  const isSame =
    seen.requester === hold.requester &&
    (seen.metadataJson ?? hold.metadataJson) === hold.metadataJson &&
    (seen.releaseToken === undefined || isToken(seen.releaseToken, hold.releaseToken)) &&
    (seen.fencingToken === undefined || isFencingToken(seen.fencingToken, hold.fencingToken, place.lastFencingToken));
  if (!isSame || times === undefined) return [];

  const releaseToken = seen.releaseToken ?? hold.releaseToken;
  const fencingToken = seen.fencingToken ?? hold.fencingToken;
  const known = { ...hold, ...times, releaseToken, fencingToken };
  return [putPlace(moment, name, { lastFencingToken: fencingToken ?? place.lastFencingToken, hold: known })];
}

/** The moment after a free name was taken; none if the answer isn't one that a new hold gets. */
export function take(
  moment: Moment,
  name: string,
  item: ReserveItem,
  result: ReserveResult | undefined,
): readonly Moment[] {
  const { lastFencingToken } = placeOf(moment.state, name);
  return narrowToExpiry(moment, item.ttlSeconds, result).flatMap((decided) => {
    const { window } = decided;
    const ttlMs = item.ttlSeconds === undefined ? null : item.ttlSeconds * 1_000;
    const hold: Hold = {
      requester: item.requester,
      metadataJson: toMetadataJson(item.metadata ?? null),
      releaseToken: null,
      fencingToken: null,
      since: window,
      expires: ttlMs === null ? null : later(window, ttlMs),
      ttlMs,
    };
    const lapsed = decided.lapsed.filter((each) => each !== name);
    const taken = putPlace({ ...decided, lapsed, hasChanged: true }, name, { lastFencingToken, hold });
    return result === undefined ? [taken] : recognise(taken, name, hold, seenByHolder(result));
  });
}

/** The moment after a hold got a new expiry. */
export function extend(
  moment: Moment,
  name: string,
  hold: Hold,
  ttlSeconds: number,
  result: RenewResult | undefined,
): readonly Moment[] {
  const { lastFencingToken } = placeOf(moment.state, name);
  return narrowToExpiry(moment, ttlSeconds, result).flatMap((decided) => {
    const extended = { ...hold, expires: later(decided.window, ttlSeconds * 1_000), ttlMs: null };
    const changed = putPlace({ ...decided, hasChanged: true }, name, { lastFencingToken, hold: extended });
    if (result === undefined) return [changed];
    const { requester, releaseToken, fencingToken } = result;
    return recognise(changed, name, extended, { requester, releaseToken, fencingToken });
  });
}

/** The moment after a hold was given up. */
export function release(moment: Moment, name: string): Moment {
  const { lastFencingToken } = placeOf(moment.state, name);
  return putPlace({ ...moment, hasChanged: true }, name, { lastFencingToken, hold: null });
}

/** Whoever is told when a hold lapses is told when that was decided. */
function narrowToExpiry(
  moment: Moment,
  ttlSeconds: number | undefined,
  result: { readonly expiresAt: string | null } | undefined,
): readonly Moment[] {
  if (result === undefined) return [moment];
  const expiresAtMs = toMs(result.expiresAt);
  if (ttlSeconds === undefined) return expiresAtMs === null ? [moment] : [];
  return expiresAtMs === null ? [] : narrow(moment, exactly(expiresAtMs - ttlSeconds * 1_000));
}

type HoldTimes = Pick<Hold, 'since' | 'expires'>;

/** Undefined if the hold can't have begun and end then. */
function narrowTimes({ since, expires, ttlMs }: Hold, { sinceMs, expiresAtMs }: SeenHold): HoldTimes | undefined {
  const begins = sinceMs === undefined ? since : meet(since, exactly(sinceMs));
  const ends = expiresAtMs === undefined ? expires : meetExpiry(expires, expiresAtMs);
  if (begins === undefined || ends === undefined) return undefined;
  if (ends === null || ttlMs === null) return { since: begins, expires: ends };
  const agreed = meet(begins, later(ends, -ttlMs));
  return agreed === undefined ? undefined : { since: agreed, expires: later(agreed, ttlMs) };
}

function meetExpiry(expires: Span | null, seenMs: number | null): Span | null | undefined {
  if (expires === null || seenMs === null) return expires === null && seenMs === null ? null : undefined;
  return meet(expires, exactly(seenMs));
}

function isToken(seen: string | null, token: string | null): boolean {
  return seen !== null && (token === null || token === seen);
}

function isFencingToken(seen: number | null, token: number | null, last: number): boolean {
  return seen !== null && (token === null ? seen > last : token === seen);
}

function toMs(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

function toMetadataJson(metadata: Metadata | null): string {
  return JSON.stringify(metadata);
}
