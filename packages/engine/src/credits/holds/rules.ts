import {
  findFree,
  freeSlices,
  holdSlices,
  inBurnOrder,
  mergeSlices,
  negative,
  spendFree,
  spendHeld,
  splitSlices,
  totalOf,
} from '../burn-down.ts';
import { holdRetentionMs, isForgotten, isLapsed, settleFreed } from '../expiry.ts';
import { mergeMetadata } from '../metadata.ts';
import { priceOf } from '../metering/pricing.ts';
import type { Entry, Hold } from '../records.ts';
import { effectiveBalance } from '../state.ts';
import type { CreditState } from '../state.ts';

export interface HoldCommand {
  readonly metricKey: string;
  readonly units: number;
  readonly ttlMs: number;
  readonly metadataJson: string | null;
}

export interface CommitCommand {
  readonly holdId: string;
  readonly units: number;
  readonly metadataJson: string | null;
  /** Whether the hold ends with this commit. */
  readonly isFinal: boolean;
}

export interface ExtendCommand {
  readonly holdId: string;
  readonly additionalUnits: number;
  /** Null: its expiry stays. */
  readonly ttlMs: number | null;
}

export type HoldRefusal =
  | { readonly status: 'NO_RULE' | 'OVERFLOW' | 'INSUFFICIENT' }
  | { readonly status: 'NO_HOLD' | 'EXPIRED' | 'METADATA_TOO_LARGE' }
  | { readonly status: 'NOT_ACTIVE'; readonly hold: Hold };

export type HoldOutcome = { readonly status: 'HELD'; readonly id: string; readonly hold: Hold } | HoldRefusal;

export type CommitOutcome =
  | {
      readonly status: 'COMMITTED';
      readonly hold: Hold;
      readonly cost: number;
      readonly released: number;
      readonly uncollected: number;
      readonly entry: Entry;
    }
  | HoldRefusal;

export type ReleaseOutcome =
  | { readonly status: 'RELEASED'; readonly hold: Hold; readonly released: number; readonly entry: Entry }
  | HoldRefusal;

/** Sets credits aside for an estimate of units. */
export function hold(state: CreditState, command: HoldCommand, nowMs: number): HoldOutcome {
  const { metricKey, units, ttlMs, metadataJson } = command;
  const prices = state.metric(metricKey)?.activeRule?.prices;
  if (prices === undefined) return { status: 'NO_RULE' };
  const cost = priceOf(prices, units);
  if (cost === undefined) return { status: 'OVERFLOW' };
  if (effectiveBalance(state.account) < cost) return { status: 'INSUFFICIENT' };
  const slices = findFree(state, cost, nowMs);
  if (totalOf(slices) < cost) return { status: 'INSUFFICIENT' };

  holdSlices(state, slices);
  const id = state.newId();
  const entry = postHold(state, { id, cost, units, metricKey, slices }, nowMs);
  const held: Hold = {
    status: 'active',
    metricKey,
    prices,
    estimatedUnits: units,
    estimatedCost: cost,
    committedUnits: 0,
    committedPrice: 0,
    committedCost: 0,
    slices,
    entryId: entry.id,
    metadataJson,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + ttlMs,
    dueAtMs: nowMs + ttlMs,
    purgeAtMs: null,
  };
  state.putHold(id, held);
  return { status: 'HELD', id, hold: held };
}

/** Debits what was used: from the hold first, then from what is free, never from what other holds have taken. */
export function commit(state: CreditState, command: CommitCommand, nowMs: number): CommitOutcome {
  const { holdId, units, isFinal } = command;
  const found = findActive(state, holdId, nowMs);
  if ('status' in found) return found;
  const { hold: active } = found;
  const committedUnits = active.committedUnits + units;
  const allUnits = priceOf(active.prices, committedUnits);
  if (allUnits === undefined || !Number.isSafeInteger(committedUnits)) return { status: 'OVERFLOW' };
  const metadataJson = mergeMetadata(active.metadataJson, command.metadataJson);
  if (metadataJson === undefined) return { status: 'METADATA_TOO_LARGE' };

  const committedPrice = Math.max(active.committedPrice, allUnits); // With volume tiers more units may cost less.
  const price = committedPrice - active.committedPrice;
  const held = totalOf(active.slices);
  const fromHold = Math.min(price, held, Math.max(0, held + effectiveBalance(state.account)));
  const fromFree = findFree(state, price - fromHold, nowMs);
  const [spent, unspent] = splitSlices(active.slices, fromHold);
  const cost = fromHold + totalOf(fromFree);
  const freed = isFinal ? unspent : [];
  const released = totalOf(freed);
  spendHeld(state, spent);
  spendFree(state, fromFree);
  freeSlices(state, freed);
  const committed: Hold = {
    ...active,
    committedUnits,
    committedPrice,
    committedCost: active.committedCost + cost,
    slices: isFinal ? [] : unspent,
    metadataJson,
    ...(isFinal ? endedAt('committed', nowMs) : {}),
  };
  state.putHold(holdId, committed);
  const entry = state.post({
    type: 'consumption',
    delta: 0 - cost,
    balanceDelta: 0 - cost,
    reservedDelta: 0 - fromHold - released,
    blocks: negative(mergeSlices(spent, fromFree)),
    referenceId: holdId,
    metricKey: active.metricKey,
    units,
    atMs: nowMs,
  });
  settleFreed(state, freed, nowMs);
  return { status: 'COMMITTED', hold: committed, cost, released, uncollected: price - cost, entry };
}

/** Frees all that a hold still has. */
export function release(state: CreditState, holdId: string, nowMs: number): ReleaseOutcome {
  const found = findActive(state, holdId, nowMs);
  if ('status' in found) return found;

  const { slices, metricKey } = found.hold;
  const released = totalOf(slices);
  freeSlices(state, slices);
  const ended: Hold = { ...found.hold, slices: [], ...endedAt('released', nowMs) };
  state.putHold(holdId, ended);
  const entry = state.post({
    type: 'release',
    delta: released,
    reservedDelta: 0 - released,
    blocks: slices,
    referenceId: holdId,
    metricKey,
    atMs: nowMs,
  });
  settleFreed(state, slices, nowMs);
  return { status: 'RELEASED', hold: ended, released, entry };
}

/** Raises the amount or the expiry of an active hold. Neither is ever lowered. */
export function extend(state: CreditState, command: ExtendCommand, nowMs: number): HoldOutcome {
  const { holdId, additionalUnits, ttlMs } = command;
  const found = findActive(state, holdId, nowMs);
  if ('status' in found) return found;
  const { hold: active } = found;
  const estimatedUnits = active.estimatedUnits + additionalUnits;
  const estimate = Number.isSafeInteger(estimatedUnits) ? priceOf(active.prices, estimatedUnits) : undefined;
  if (estimate === undefined) return { status: 'OVERFLOW' };
  const cost = Math.max(0, estimate - active.estimatedCost);
  if (cost > 0 && effectiveBalance(state.account) < cost) return { status: 'INSUFFICIENT' };
  const slices = findFree(state, cost, nowMs);
  if (totalOf(slices) < cost) return { status: 'INSUFFICIENT' };

  holdSlices(state, slices);
  const { metricKey } = active;
  if (additionalUnits > 0) postHold(state, { id: holdId, cost, units: additionalUnits, metricKey, slices }, nowMs);
  const expiresAtMs = Math.max(active.expiresAtMs, ttlMs === null ? 0 : nowMs + ttlMs);
  const extended: Hold = {
    ...active,
    estimatedUnits,
    estimatedCost: active.estimatedCost + cost,
    slices: inBurnOrder(state, mergeSlices(active.slices, slices)),
    expiresAtMs,
    dueAtMs: expiresAtMs,
  };
  state.putHold(holdId, extended);
  return { status: 'HELD', id: holdId, hold: extended };
}

function findActive(state: CreditState, holdId: string, nowMs: number): { readonly hold: Hold } | HoldRefusal {
  const found = state.hold(holdId);
  if (found === undefined || isForgotten(found, nowMs)) return { status: 'NO_HOLD' };
  if (found.status === 'expired' || isLapsed(found, nowMs)) return { status: 'EXPIRED' };
  return found.status === 'active' ? { hold: found } : { status: 'NOT_ACTIVE', hold: found };
}

function endedAt(status: 'committed' | 'released', nowMs: number) {
  return { status, dueAtMs: null, purgeAtMs: nowMs + holdRetentionMs } as const;
}

interface Taken {
  readonly id: string;
  readonly cost: number;
  readonly units: number;
  readonly metricKey: string;
  readonly slices: Hold['slices'];
}

function postHold(state: CreditState, { id, cost, units, metricKey, slices }: Taken, nowMs: number): Entry {
  return state.post({
    type: 'hold',
    delta: 0 - cost,
    reservedDelta: cost,
    blocks: negative(slices),
    referenceId: id,
    metricKey,
    units,
    atMs: nowMs,
  });
}
