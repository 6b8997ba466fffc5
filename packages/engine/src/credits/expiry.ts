import type { Command } from '../kernel/command.ts';
import type { SweptKind } from '../kernel/kind-sweep.ts';
import type { SettledKind } from '../kernel/settler.ts';
import { placeOfCustomer, tenantOf } from '../partitions.ts';
import { findFree, freeSlices, negative, spendFree, totalOf } from './burn-down.ts';
import type { CreditContext } from './context.ts';
import { accountKey, accountKind } from './records.ts';
import type { Block, Hold, Slice } from './records.ts';
import { CreditState } from './state.ts';

/** How long a hold that has ended can still be read. */
export const holdRetentionMs = 90 * 24 * 60 * 60 * 1_000;

/** A hold or block that is or becomes due. */
type Due =
  | { readonly type: 'hold'; readonly id: string; readonly atMs: number; readonly hold: Hold }
  | { readonly type: 'block'; readonly id: string; readonly atMs: number };

/** The one place that decides expiry: a hold has lapsed the moment its expiry is reached. */
export function isLapsed(hold: Hold, nowMs: number): boolean {
  return hold.status === 'active' && hold.expiresAtMs <= nowMs;
}

/** A hold that ended so long ago may have been purged, and is treated as if it were. */
export function isForgotten({ purgeAtMs, expiresAtMs }: Hold, nowMs: number): boolean {
  return (purgeAtMs ?? expiresAtMs + holdRetentionMs) <= nowMs;
}

/**
 * Settles an account: ends the holds and blocks that have lapsed, soonest first, each as of the time at which it
 * lapsed, so that the ledger doesn't depend on who settles, or when. Every command and query starts with it. It stops
 * after `limit` and returns the count; while more is due, nothing can be decided. A hold counts once per block that it
 * drew from.
 */
export function settleDue(asked: CreditState, nowMs: number, limit: number): number {
  if (!asked.isDue(nowMs)) return 0;
  const state = asked.unattended;

  const queue = readDue(state, limit + 1);
  let settled = 0;
  while (settled < limit && (queue[0]?.atMs ?? Infinity) <= nowMs) {
    const due = queue.shift() as Due;
    settled += weightOf(due);
    if (due.type === 'block') {
      expireBlock(state, due.id, due.atMs);
    } else {
      expireHold(state, due.id, due.hold, () => blocksOf(queue));
      for (const { blockId } of due.hold.slices) insertDue(queue, blockId, state.block(blockId));
    }
  }
  state.changeAccount({ dueAtMs: queue[0]?.atMs ?? null });
  return settled;
}

/** Whether more is due than may be settled at once, as far as can be seen without settling. */
export function isMoreDueThan(state: CreditState, nowMs: number, limit: number): boolean {
  if (!state.isDue(nowMs)) return false;
  let weight = 0;
  for (const due of readDue(state, limit + 1)) {
    if (due.atMs > nowMs) return false;
    if (weight >= limit) return true;
    weight += weightOf(due);
  }
  return false;
}

/** How much ending it counts towards the limit. */
function weightOf(due: Due): number {
  return due.type === 'hold' ? Math.max(1, due.hold.slices.length) : 1;
}

/** After slices were freed: ends blocks that lapsed under the hold, and pays a debt from the rest. */
export function settleFreed(state: CreditState, slices: readonly Slice[], atMs: number): void {
  for (const { blockId } of slices) {
    const { expiresAtMs } = state.block(blockId);
    if (expiresAtMs !== null && expiresAtMs <= atMs) expireBlock(state, blockId, atMs);
  }
  payDebt(state, atMs);
}

/** Pays as much of a debt as free credits allow. */
export function payDebt(state: CreditState, atMs: number): void {
  const { debt } = state.account;
  if (debt === null) return;
  const slices = findFree(state, debt.amount, atMs);
  const paid = totalOf(slices);
  if (paid === 0) return;

  spendFree(state, slices);
  state.changeAccount({ debt: paid === debt.amount ? null : { ...debt, amount: debt.amount - paid } });
  const blocks = [...negative(slices), { blockId: debt.blockId, amount: paid }];
  state.post({ type: 'adjustment', delta: 0, blocks, reason: 'overage paid', atMs });
}

function readDue(state: CreditState, limit: number): Due[] {
  const { holds, blocks } = state.firstDue(limit);
  const due: Due[] = holds.map(({ id, value }) => ({ type: 'hold', id, atMs: value.expiresAtMs, hold: value }));
  for (const { id, value } of blocks) due.push({ type: 'block', id, atMs: value.dueAtMs ?? Infinity });
  return due.sort((left, right) => left.atMs - right.atMs); // Stable: holds before blocks of the same time.
}

/**
 * A block taken as a whole isn't due until its hold has lapsed. It gets the place it would have if the queue were read
 * now: at the same time holds come first, then blocks by id.
 */
function insertDue(queue: Due[], id: string, { dueAtMs }: Block): void {
  if (dueAtMs === null || queue.some((due) => due.id === id)) return;
  const isLater = (due: Due) => due.atMs > dueAtMs || (due.atMs === dueAtMs && due.type === 'block' && due.id > id);
  const index = queue.findIndex(isLater);
  queue.splice(index === -1 ? queue.length : index, 0, { type: 'block', id, atMs: dueAtMs });
}

function* blocksOf(queue: readonly Due[]): Generator<string> {
  for (const due of queue) {
    if (due.type === 'hold') for (const { blockId } of due.hold.slices) yield blockId;
  }
}

function expireHold(state: CreditState, id: string, hold: Hold, ahead: () => Iterable<string>): void {
  const atMs = hold.expiresAtMs;
  const { slices, metricKey } = hold;
  if (slices[0] !== undefined) state.block(slices[0].blockId, ahead);
  freeSlices(state, slices);
  state.putHold(id, { ...hold, status: 'expired', slices: [], dueAtMs: null, purgeAtMs: atMs + holdRetentionMs });
  const released = totalOf(slices);
  state.post({
    type: 'release',
    delta: released,
    reservedDelta: 0 - released,
    blocks: slices,
    referenceId: id,
    metricKey,
    atMs,
  });
  if (state.settings.emitReservationExpired) {
    state.emit({ type: 'reservation.expired', data: { reservation_id: id, released }, atMs });
  }
  settleFreed(state, slices, atMs);
}

function expireBlock(state: CreditState, id: string, atMs: number): void {
  const block = state.block(id);
  const free = block.remaining - block.held;
  if (free === 0) return;
  state.putBlock(id, { ...block, remaining: block.held });
  const blocks = [{ blockId: id, amount: 0 - free }];
  state.post({ type: 'expiration', delta: 0 - free, balanceDelta: 0 - free, blocks, referenceId: id, atMs });
}

/** Accounts fetched at once, and how much of each one command settles: a few milliseconds' worth. */
const accountsFound = 32;
const usualSettledAtOnce = 250;

/** What the sweeper settles. */
export function sweptKinds(context: CreditContext): readonly SweptKind[] {
  const command = (partition: string) => settleCommand(partition, context, usualSettledAtOnce);
  return [{ kind: accountKind, found: accountsFound, perCommand: 1, command }];
}

/** What a request may have to wait for. */
export function settledKinds(context: CreditContext): readonly SettledKind[] {
  const limit = context.settings.mostSettledAtOnce ?? usualSettledAtOnce;
  return [{ kind: accountKind, command: (partition) => settleCommand(partition, context, limit) }];
}

/** Settles one customer's account, `limit` holds and blocks at most; returns whether more is due. */
function settleCommand(partition: string, { actor, eventHistories }: CreditContext, limit: number): Command<boolean> {
  const place = placeOfCustomer(partition);
  const tenantId = tenantOf(place.tenantPartition);
  return {
    partitions: [partition],
    reads: [accountKey(partition), ...eventHistories.reads(tenantId)],
    run(changes, nowMs) {
      const eventHistoryMs = eventHistories.windowMs(changes, tenantId) ?? actor.eventHistoryMs;
      const state = new CreditState(changes, place, { ...actor, eventHistoryMs });
      settleDue(state, nowMs, limit);
      return state.isDue(nowMs);
    },
  };
}
