import type { HeldBy, Metadata, RenewResult, Reservation, ReserveItem, ReserveResult } from '@holdfast/sdk';

import { exactly, later, meet } from '../span.ts';
import type { Span } from '../span.ts';
import type { HoldOn } from './holds-on.ts';
import { blockersOf } from './related-names.ts';
import { narrow, placeOf, putPlace } from './spec-state.ts';
import type { FencingToken, Hold, Moment } from './spec-state.ts';

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
export function recognise(moment: Moment, { name, root, hold }: HoldOn, seen: SeenHold): readonly Moment[] {
  const times = narrowTimes(hold, seen);
  const isSame =
    seen.requester === hold.requester &&
    (seen.metadataJson ?? hold.metadataJson) === hold.metadataJson &&
    (seen.releaseToken === undefined || isToken(seen.releaseToken, hold.releaseToken)) &&
    (seen.fencingToken === undefined || isFencingToken(seen.fencingToken, hold.fencingTokens[name]!));
  if (!isSame || times === undefined) return [];

  const releaseToken = seen.releaseToken ?? hold.releaseToken;
  const known = putHold(moment, root, { ...hold, ...times, releaseToken });
  return [typeof seen.fencingToken === 'number' ? learnFencingToken(known, name, root, seen.fencingToken) : known];
}

function putHold(moment: Moment, root: string, hold: Hold | null): Moment {
  return putPlace(moment, root, { ...placeOf(moment.state, root), hold });
}

function learnFencingToken(moment: Moment, name: string, root: string, token: number): Moment {
  const { hold } = placeOf(moment.state, root);
  if (hold === null || hold.fencingTokens[name] === token) return moment;
  const known = putHold(moment, root, { ...hold, fencingTokens: { ...hold.fencingTokens, [name]: token } });
  const place = placeOf(known.state, name);
  return putPlace(known, name, { ...place, lastFencingToken: Math.max(place.lastFencingToken, token) });
}

/** The moment after a free name was taken, and what it takes along; none if the answer isn't one that a new hold gets. */
export function take(
  moment: Moment,
  name: string,
  item: ReserveItem,
  result: ReserveResult | undefined,
): readonly Moment[] {
  const names = [name, ...blockersOf(name)];
  const untold = names.map((each) => [each, { above: placeOf(moment.state, each).lastFencingToken }] as const);
  return narrowToExpiry(moment, item.ttlSeconds, result).flatMap((decided) => {
    const { window } = decided;
    const ttlMs = item.ttlSeconds === undefined ? null : item.ttlSeconds * 1_000;
    const hold: Hold = {
      requester: item.requester,
      metadataJson: toMetadataJson(item.metadata ?? null),
      releaseToken: null,
      fencingTokens: Object.fromEntries(untold),
      since: window,
      expires: ttlMs === null ? null : later(window, ttlMs),
      ttlMs,
    };
    const lapsed = decided.lapsed.filter((each) => each !== name);
    const taken = putHold({ ...decided, lapsed, hasChanged: true }, name, hold);
    return result === undefined ? [taken] : recognise(taken, { name, root: name, hold }, seenByHolder(result));
  });
}

/** The moment after a hold got a new expiry. */
export function extend(
  moment: Moment,
  { name, root, hold }: HoldOn,
  ttlSeconds: number,
  result: RenewResult | undefined,
): readonly Moment[] {
  return narrowToExpiry(moment, ttlSeconds, result).flatMap((decided) => {
    const extended = { ...hold, expires: later(decided.window, ttlSeconds * 1_000), ttlMs: null };
    const changed = putHold({ ...decided, hasChanged: true }, root, extended);
    if (result === undefined) return [changed];
    const { requester, releaseToken, fencingToken } = result;
    return recognise(changed, { name, root, hold: extended }, { requester, releaseToken, fencingToken });
  });
}

/** The moment after a hold was given up. */
export function release(moment: Moment, { root }: HoldOn): Moment {
  return putHold({ ...moment, hasChanged: true }, root, null);
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

function isFencingToken(seen: number | null, token: FencingToken): boolean {
  return seen !== null && (typeof token === 'number' ? token === seen : seen > token.above);
}

function toMs(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

function toMetadataJson(metadata: Metadata | null): string {
  return JSON.stringify(metadata);
}
