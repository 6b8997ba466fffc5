import { ApiError } from '../errors/api-errors.ts';
import type { HoldfastError } from '../errors/holdfast-error.ts';
import { sleep, startTimer } from '../transport/timers.ts';

/** The part of the TTL that is given up at its end, for clocks of different speeds and timers that fire late. */
const safetyMargin = 0.05;

/** What the server said to a renewal. */
export interface Renewal {
  readonly expiresAt: string | null;
  /** Why there was nothing left to renew; null when there was. */
  readonly lost: string | null;
}

/** A lock or a hold as it was granted. */
export interface Grant {
  readonly expiresAt: string;
  /** By `performance.now()`: before the request that gave it this expiry was sent. */
  readonly sentAtMs: number;
}

/** Who was granted it, and can renew it. */
export interface Claim<Granted extends Grant> {
  readonly ttlMs: number;
  /** One attempt. It rejects when no clear answer came. */
  renew(grant: Granted, signal: AbortSignal): Promise<Renewal>;
  /** The error that its loss is, of the kind that fits. */
  lost(why: string): HoldfastError;
}

/**
 * How long a lock or a hold surely lives, as far as this machine can tell without anybody's help. The server counts the
 * TTL from when it handled a request, which is after the request was sent: so a lease that is counted from the sending
 * ends first, however long the answer took. It is counted on a monotonic clock.
 */
export class Lease<Granted extends Grant = Grant> {
  readonly #claim: Claim<Granted>;
  readonly #grant: Granted;
  readonly #ttlMs: number;
  readonly #section = new AbortController();
  readonly #finished = new AbortController();
  #confirmedAtMs: number;
  #expiresAt: string;
  #lost: HoldfastError | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(claim: Claim<Granted>, grant: Granted) {
    this.#claim = claim;
    this.#grant = grant;
    this.#ttlMs = claim.ttlMs;
    this.#confirmedAtMs = grant.sentAtMs;
    this.#expiresAt = grant.expiresAt;
  }

  /** Aborts when the section should stop: the lease is lost, or the caller's signal has aborted. */
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

  /**
   * Runs a section: renews in the background and watches the end until it has settled. When the caller's signal aborts,
   * so does the section's.
   */
  async run<Value>(section: () => Value | PromiseLike<Value>, signal: AbortSignal | undefined): Promise<Value> {
    const forward = () => this.#section.abort(signal?.reason);
    signal?.addEventListener('abort', forward);
    try {
      signal?.throwIfAborted();
      this.#watch();
      this.#renewInTime().catch(() => {}); // It ends by the rejection of its sleep.
      return await section();
    } finally {
      signal?.removeEventListener('abort', forward);
      this.#finish();
    }
  }

  lose(why: string): void {
    this.#lost ??= this.#claim.lost(why);
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
    const renewal = await this.#claim.renew(this.#grant, this.#finished.signal);
    if (renewal.lost !== null) this.lose(renewal.lost);
    this.throwIfLost();
    this.#confirmedAtMs = Math.max(this.#confirmedAtMs, sentAtMs);
    this.#expiresAt = renewal.expiresAt ?? this.#expiresAt;
  }

  /** Ends all background work. A lease whose end has passed unnoticed, in a busy program, is lost nevertheless. */
  #finish(): void {
    if (!this.isAlive) this.lose('its time was up');
    clearTimeout(this.#watchdog);
    this.#finished.abort();
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
