import type { Command } from '../../../kernel/command.ts';
import { StoreUnavailable } from '../../../store.ts';
import type { Asker } from '../announce-reached.ts';
import type { LimitedCaller } from '../caller-limits.ts';
import { giveBackCommand, takeCommand } from '../commands.ts';
import { beginningOfWindow, windowId } from '../policies.ts';
import type { Policy, WindowPlace } from '../policies.ts';
import { RecentCount } from './recent-count.ts';

export interface LeaseParts {
  execute<Result>(command: Command<Result>): Promise<Result>;
  /** A monotonic clock in milliseconds. */
  elapsedMs(): number;
  readonly sharing: Sharing;
  /** How long events are kept, in milliseconds, unless the caller's tier says so. */
  readonly eventHistoryMs: number;
}

/** How much a process takes and keeps. */
export interface Sharing {
  /** The part of a limit that one slice may be: 50 for a fiftieth. */
  readonly sliceParts: number;
  /** Whether it takes no more than it could use at once. */
  readonly isModest: boolean;
  /** After so many milliseconds without use, units go back. */
  readonly idleMs: number;
}

/** Whose lease it is, and of what. */
export interface LeaseOwner {
  readonly policy: Policy;
  readonly partition: string;
  /** Whose key's own limit it is; null for a limit of the tenant's. */
  readonly keyId: string | null;
}

/** What this process has of one window. When the window is over, so is this: what is left of it is void. */
interface Hand {
  readonly window: WindowPlace;
  readonly startMs: number;
  unused: number;
  /** What all processes together were granted, when the store was asked last. */
  granted: number;
  /** When a request that waited was told that nothing is left, by `elapsedMs`. */
  heardAtMs: number;
  /** The highest cap that units in hand were granted under. */
  cap: number;
  sliceUnits: number;
  asking: Promise<void> | undefined;
}

/** How long it is believed that nothing is left, in milliseconds. Another process may have given some back. */
const believedMs = 50;

/** So many milliseconds before a window ends, whoever is active gets a slice of the next one. */
const prefetchMs = 1_000;

/** What a process uses in so many milliseconds is the most that it takes at a time. */
const sliceMs = 125;

/**
 * A process's share of one limit: units that it has been granted, so that it need not ask the store for each request.
 * What it loses when it dies is never granted again, so the limit holds whatever happens.
 */
export class Lease {
  readonly policy: Policy;
  limit = 0;
  readonly #owner: LeaseOwner;
  readonly #parts: LeaseParts;
  readonly #demand = new RecentCount(sliceMs);
  #cap = 0;
  #hand: Hand;
  #next: Hand | undefined;
  #wasUsed = true;
  #quietSinceMs = 0;

  constructor(owner: LeaseOwner, parts: LeaseParts, nowMs: number) {
    this.policy = owner.policy;
    this.#owner = owner;
    this.#parts = parts;
    this.#hand = this.#emptyHand(beginningOfWindow(owner.policy, nowMs));
  }

  /** When the window ends, in epoch milliseconds. */
  get endMs(): number {
    return this.#hand.window.endMs;
  }

  get hasUnit(): boolean {
    return this.#hand.unused > 0;
  }

  /** What no process has used or has in hand, and what this one has in hand. */
  get remaining(): number {
    return Math.max(0, this.limit - this.#hand.granted + this.#hand.unused);
  }

  /** A request comes, under this limit: it may have changed since the last one. */
  enter(nowMs: number, limit: number, { limits }: LimitedCaller): void {
    this.#moveTo(nowMs);
    this.#demand.add(nowMs);
    this.limit = limit;
    this.#cap = limits.enforce ? limit : Infinity;
    // The limit was lowered: these units may be beyond it. The store knows.
    if (this.#cap < this.#hand.cap) void this.#giveBack(this.#hand).catch(ignore);
  }

  /** Uses a unit, which must be there. Takes more in the background before the last is used. */
  use(): void {
    const hand = this.#hand;
    hand.unused -= 1;
    this.#wasUsed = true;
    const isLow = hand.unused > 0 && hand.unused * 4 < hand.sliceUnits && hand.granted < this.#cap;
    if (isLow && hand.asking === undefined) void this.#take(hand, null).catch(ignore);
  }

  /** Whether the store has said so lately that nothing is left. */
  isExhausted(elapsedMs: number): boolean {
    const { unused, granted, heardAtMs } = this.#hand;
    return unused === 0 && granted >= this.#cap && elapsedMs - heardAtMs < believedMs;
  }

  /**
   * Takes another slice for a request that waits. Whoever comes meanwhile waits for the same one. Rejects with {@link
   * StoreUnavailable}.
   */
  ask(caller: LimitedCaller): Promise<void> {
    const { policy, limit } = this;
    const keptMs = caller.eventHistoryMs ?? this.#parts.eventHistoryMs;
    return this.#take(this.#hand, { caller, policy, limit, keptMs });
  }

  /** Gives back what lies idle, and takes something of the next window for whoever is active. */
  async tend(nowMs: number, elapsedMs: number): Promise<void> {
    this.#moveTo(nowMs);
    if (!this.#wasUsed) return this.isIdle(elapsedMs) ? this.giveBack() : undefined;
    this.#wasUsed = false;
    this.#quietSinceMs = elapsedMs;
    const { endMs } = this;
    if (this.#next !== undefined || endMs - nowMs > prefetchMs) return;
    this.#next = this.#emptyHand(endMs);
    await this.#take(this.#next, null).catch(ignoreOutage);
  }

  /** Whether nothing was used or taken for a while, so that it can be forgotten once it has given back. */
  isIdle(elapsedMs: number): boolean {
    return !this.#wasUsed && !this.#isAsking && elapsedMs - this.#quietSinceMs >= this.#parts.sharing.idleMs;
  }

  /** Gives back all that it has in hand. */
  async giveBack(): Promise<void> {
    await Promise.allSettled([this.#hand.asking, this.#next?.asking]);
    await Promise.all([this.#giveBack(this.#hand), this.#next && this.#giveBack(this.#next)]);
  }

  /** How much of the window that begins then it has in hand. */
  unusedIn(startMs: number): number {
    return this.#hand.startMs === startMs ? this.#hand.unused : 0;
  }

  get #isAsking(): boolean {
    return this.#hand.asking !== undefined || this.#next?.asking !== undefined;
  }

  #moveTo(nowMs: number): void {
    if (nowMs < this.#hand.window.endMs && nowMs >= this.#hand.startMs) return;
    const startMs = beginningOfWindow(this.policy, nowMs);
    this.#hand = this.#next?.startMs === startMs ? this.#next : this.#emptyHand(startMs);
    this.#next = undefined;
  }

  #take(hand: Hand, asker: Asker | null): Promise<void> {
    hand.asking ??= this.#takeSlice(hand, asker).finally(() => {
      hand.asking = undefined;
    });
    return hand.asking;
  }

  async #takeSlice(hand: Hand, asker: Asker | null): Promise<void> {
    const cap = this.#cap;
    const { sliceParts, isModest } = this.#parts.sharing;
    const wanted = isModest ? this.#demand.most : Infinity;
    const request = { limit: this.limit, cap, parts: sliceParts, wanted, asker };
    const { units, granted } = await this.#parts.execute(takeCommand(hand.window, request));
    hand.granted = granted;
    hand.sliceUnits = units;
    if (units === 0) {
      // Of what was asked ahead, nobody has been told: the next request asks again.
      if (asker !== null) hand.heardAtMs = this.#parts.elapsedMs();
      return;
    }
    hand.unused += units;
    hand.cap = Math.max(hand.cap, cap);
    this.#wasUsed = true;
  }

  /** They are out of the hand before the store is told, and stay so, since nobody can be sure that it wasn't. */
  async #giveBack(hand: Hand): Promise<void> {
    const units = hand.unused;
    hand.unused = 0;
    hand.cap = 0;
    if (units === 0) return;
    hand.granted -= units;
    await this.#parts.execute(giveBackCommand(hand.window, units)).catch(ignoreOutage);
  }

  #emptyHand(startMs: number): Hand {
    const { policy, keyId, partition } = this.#owner;
    const window = { partition, id: windowId(policy, keyId, startMs), endMs: startMs + policy.windowMs };
    const nothing = { unused: 0, granted: 0, heardAtMs: -Infinity, cap: 0, sliceUnits: 0, asking: undefined };
    return { window, startMs, ...nothing };
  }
}

/** For what is done in the background. Whoever needs a unit asks again, and is told. */
function ignore(): void {}

/** The server says so elsewhere. */
function ignoreOutage(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
}
