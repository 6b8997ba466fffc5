import type { Command } from '../../../kernel/command.ts';
import type { Records } from '../../../kernel/record-access.ts';
import { limitPartition } from '../../../partitions.ts';
import type { LimitedCaller } from '../caller-limits.ts';
import { beginningOfWindow, policies, policiesOf, windowId } from '../policies.ts';
import type { Policy } from '../policies.ts';
import { findGranted } from '../rules.ts';
import { Accounts } from './accounts.ts';
import { rateLimited, unlimitedAdmission, windowOf } from './admission.ts';
import type { Admission } from './admission.ts';
import type { Lease, Sharing } from './lease.ts';

export interface LimiterParts {
  /** Rejects with StoreUnavailable. */
  execute<Result>(command: Command<Result>): Promise<Result>;
  /** Holdfast's time in epoch milliseconds. */
  now(): number;
  /** A monotonic clock in milliseconds. */
  elapsedMs(): number;
  /** Whether several processes may use the store at a time. They take smaller slices, so as to leave one another some. */
  readonly isShared: boolean;
  /** How long events are kept, in milliseconds, unless the caller's tier says so. */
  readonly eventHistoryMs: number;
}

/** What was used in the windows that are running. Null: no limit, so nobody counts. */
export interface LimitUsage {
  readonly minute: number | null;
  readonly day: number | null;
  readonly reads: number | null;
  readonly key: number | null;
  /** Epoch milliseconds. */
  readonly minuteEndsAtMs: number;
  readonly dayEndsAtMs: number;
}

/** Where processes share, each leaves the others what it doesn't need. One alone asks the store as seldom as it can. */
const shared: Sharing = { sliceParts: 50, isModest: true, idleMs: 250 };
const alone: Sharing = { sliceParts: 10, isModest: false, idleMs: 60_000 };

/** How many leases are tended at once, so that requests get their turn in between. */
const tendedTogether = 256;

/**
 * Admits requests up to their caller's limits: never more in a window, over any number of processes. Each process
 * leases slices of what is left, so most requests are decided without the store.
 *
 * @example
 * ```ts
 * const { refusal, windows } = await limiter.admit(caller, 'operation');
 * ```
 */
export class Limiter {
  readonly #parts: LimiterParts;
  readonly #accounts: Accounts;
  #tending: Promise<void> | undefined;

  constructor(parts: LimiterParts) {
    this.#parts = parts;
    this.#accounts = new Accounts({
      execute: (command) => parts.execute(command),
      elapsedMs: () => parts.elapsedMs(),
      sharing: parts.isShared ? shared : alone,
      eventHistoryMs: parts.eventHistoryMs,
    });
  }

  /** Decides at once if it can. If it has to ask the store, it may reject with StoreUnavailable. */
  admit(caller: LimitedCaller, kind: 'operation' | 'read'): Admission | Promise<Admission> {
    if (isUnlimited(caller, kind)) return unlimitedAdmission;
    const nowMs = this.#parts.now();
    const leases = this.#enter(caller, kind, nowMs);
    return this.#decide(leases, caller, nowMs) ?? this.#decideLater(leases, caller, kind);
  }

  /**
   * Reads what was used of the caller's limits, for `GET /v1/limits`. What other processes have in hand counts as used,
   * for as long as they may still use it.
   */
  usage(caller: LimitedCaller): (records: Records) => LimitUsage {
    const nowMs = this.#parts.now();
    const { minute, day, reads, key } = policies;
    const endOf = (policy: Policy) => beginningOfWindow(policy, nowMs) + policy.windowMs;
    return (records) => {
      const usedOf = (policy: Policy) => this.#usedOf(policy, caller, records, nowMs);
      return {
        minute: usedOf(minute),
        day: usedOf(day),
        reads: usedOf(reads),
        key: usedOf(key),
        minuteEndsAtMs: endOf(minute),
        dayEndsAtMs: endOf(day),
      };
    };
  }

  /** Gives back what lies idle, prefetches for who is active, forgets the others. Call it every 250 ms. */
  tend(): Promise<void> {
    this.#tending ??= this.#tendAll().finally(() => {
      this.#tending = undefined;
    });
    return this.#tending;
  }

  /** Gives back everything, so that other processes can use it, when this one stops. */
  async release(): Promise<void> {
    await inGroups(this.#accounts.all(), ({ lease }) => lease.giveBack());
  }

  /** What it keeps in memory: whatever nobody used lately is forgotten. */
  get size(): { readonly accounts: number; readonly leases: number } {
    return this.#accounts.size;
  }

  #usedOf(policy: Policy, caller: LimitedCaller, records: Records, nowMs: number): number | null {
    if (policy.limitOf(caller) === null) return null;
    const startMs = beginningOfWindow(policy, nowMs);
    const place = { partition: limitPartition(caller), id: windowId(policy, caller.keyId, startMs) };
    const unused = this.#accounts.find(caller)?.find(policy, caller.keyId)?.unusedIn(startMs) ?? 0;
    return Math.max(0, findGranted(records, place) - unused);
  }

  async #tendAll(): Promise<void> {
    const [nowMs, elapsedMs] = [this.#parts.now(), this.#parts.elapsedMs()];
    await inGroups(this.#accounts.all(), ({ lease, forget }) => {
      const isIdle = lease.isIdle(elapsedMs);
      if (isIdle) forget();
      return lease.tend(nowMs, elapsedMs);
    });
  }

  #enter(caller: LimitedCaller, kind: 'operation' | 'read', nowMs: number): readonly Lease[] {
    const leases: Lease[] = [];
    const account = this.#accounts.open(caller);
    for (const policy of policiesOf[kind]) {
      const limit = policy.limitOf(caller);
      if (limit === null) continue;
      const lease = account.open(policy, caller.keyId, nowMs);
      lease.enter(nowMs, limit, caller);
      leases.push(lease);
    }
    return leases;
  }

  /** Undefined if only the store can tell. A unit of each limit is used, or none of any. */
  #decide(leases: readonly Lease[], caller: LimitedCaller, nowMs: number): Admission | undefined {
    if (leases.every(hasUnit)) {
      for (const lease of leases) lease.use();
      return { refusal: undefined, windows: leases.map((lease) => windowOf(lease, nowMs)) };
    }
    const elapsedMs = this.#parts.elapsedMs();
    const exhausted = leases.filter((lease) => lease.isExhausted(elapsedMs));
    if (exhausted.length === 0) return undefined;
    const windows = leases.map((lease) => windowOf(lease, nowMs));
    return { refusal: rateLimited(exhausted, caller, nowMs), windows };
  }

  async #decideLater(first: readonly Lease[], caller: LimitedCaller, kind: 'operation' | 'read'): Promise<Admission> {
    for (let leases = first; ;) {
      await Promise.all(leases.filter((lease) => !lease.hasUnit).map((lease) => lease.ask(caller)));
      // Meanwhile the window may have ended, and others may have been faster.
      const nowMs = this.#parts.now();
      leases = this.#enter(caller, kind, nowMs);
      const admission = this.#decide(leases, caller, nowMs);
      if (admission !== undefined) return admission;
    }
  }
}

function hasUnit(lease: Lease): boolean {
  return lease.hasUnit;
}

function isUnlimited(caller: LimitedCaller, kind: 'operation' | 'read'): boolean {
  for (const policy of policiesOf[kind]) if (policy.limitOf(caller) !== null) return false;
  return true;
}

async function inGroups<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  let group: Promise<void>[] = [];
  for (const item of items) {
    group.push(work(item));
    if (group.length < tendedTogether) continue;
    await Promise.all(group);
    group = [];
  }
  await Promise.all(group);
}
