import { ApiError } from '../errors/api-errors.ts';
import type { HoldfastError } from '../errors/api-errors.ts';
import { sleep, startTimer } from '../transport/timers.ts';

/** The part of the TTL that is given up at its end, for clocks of different speeds and timers that fire late. */
const safetyMargin = 0.05;

/** What the server said to a renewal. */
export interface Renewal {
  readonly expiresAt: string | null;
  /** Why there was nothing left to renew; null when there was. */
  readonly lost: string | null;
}

/** What is leased: a lock, or a hold on credits. */
export interface Leased {
  readonly ttlMs: number;
  /** By `performance.now()`: before the request that took it was sent. */
  readonly sentAtMs: number;
  readonly expiresAt: string;
  /** One attempt. It rejects when no clear answer came. */
  readonly renew: (signal: AbortSignal) => Promise<Renewal>;
  /** The error that its loss is, of the kind that fits. */
  readonly lostBecause: (why: string) => HoldfastError;
}

/**
 * How long a lock or a hold surely lives, as far as this machine can tell without anybody's help. The server counts the
 * TTL from when it handled a request, which is after the request was sent: so a lease that is counted from the sending
 * ends first, however long the answer took. It is counted by a clock that nobody sets.
 */
export class Lease {
  readonly #leased: Leased;
  readonly #ttlMs: number;
  readonly #section = new AbortController();
  readonly #finished = new AbortController();
  #confirmedAtMs: number;
  #expiresAt: string;
  #lost: HoldfastError | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(leased: Leased) {
    this.#leased = leased;
    this.#ttlMs = leased.ttlMs;
    this.#confirmedAtMs = leased.sentAtMs;
    this.#expiresAt = leased.expiresAt;
  }

  /** Aborts when the section should stop: the lease is lost, or {@link interrupt} was called. */
  get signal(): AbortSignal {
    return this.#section.signal;
  }

  /** What the server last said about when it lapses. */
  get expiresAt(): string {
    return this.#expiresAt;
  }

  /** Whether it surely lives by its time alone, whatever the server says. */
  get isAlive(): boolean {
    return this.#remainingMs() > 0;
  }

  /** Begins to renew in the background and to watch the end. Both go on until {@link finish}. */
  start(): void {
    this.#watch();
    this.#renewInTime().catch(() => {}); // It ends by the rejection of its sleep.
  }

  /** Ends all background work. A lease whose end has passed unnoticed, in a busy program, is lost nevertheless. */
  finish(): void {
    if (!this.isAlive) this.lose('its time was up');
    clearTimeout(this.#watchdog);
    this.#finished.abort();
  }

  interrupt(reason: unknown): void {
    this.#section.abort(reason);
  }

  lose(why: string): void {
    this.#lost ??= this.#leased.lostBecause(why);
    this.#section.abort(this.#lost);
    clearTimeout(this.#watchdog);
    this.#finished.abort(this.#lost);
  }

  throwIfLost(): void {
    if (this.#lost) throw this.#lost;
  }

  async renew(): Promise<void> {
    this.throwIfLost();
    const sentAtMs = performance.now();
    const renewal = await this.#leased.renew(this.#finished.signal);
    if (renewal.lost !== null) this.lose(renewal.lost);
    this.throwIfLost();
    this.#confirmedAtMs = Math.max(this.#confirmedAtMs, sentAtMs);
    this.#expiresAt = renewal.expiresAt ?? this.#expiresAt;
  }

  #remainingMs(): number {
    return this.#confirmedAtMs + this.#ttlMs * (1 - safetyMargin) - performance.now();
  }

  /** Looks again when the end is due, because renewals move it. */
  #watch(): void {
    const remainingMs = this.#remainingMs();
    if (remainingMs <= 0) this.lose('it could not be renewed in time');
    else this.#watchdog = startTimer(() => this.#watch(), remainingMs);
  }

  async #renewInTime(): Promise<void> {
    let waitMs = this.#untilRenewalMs();
    for (;;) {
      await sleep(waitMs, this.#finished.signal);
      waitMs = await this.renew().then(
        () => this.#untilRenewalMs(),
        (error) => this.#untilRetryMs(error),
      );
    }
  }

  #untilRenewalMs(): number {
    return this.#confirmedAtMs + this.#ttlMs / 3 - performance.now();
  }

  /** Often enough for several attempts before the end, and as late as the server asks. */
  #untilRetryMs(error: unknown): number {
    const askedMs = (error instanceof ApiError && error.retryAfterSeconds) || 0;
    return askedMs * 1_000 + (this.#ttlMs / 10) * (0.5 + Math.random());
  }
}
