import { ApiError, LeaseLostError } from './errors.ts';
import type { RenewResult } from './generated/types.gen.ts';
import type { Grant } from './lock-claim.ts';
import { sleep, startTimer } from './timers.ts';

/** The part of the TTL that is given up at its end, for clocks of different speeds and timers that fire late. */
const SAFETY_MARGIN = 0.05;

type RequestRenewal = (signal: AbortSignal) => Promise<RenewResult>;

/**
 * How long a lock surely lives, as far as this machine can tell without anybody's help. The server counts the TTL from
 * when it handled a request, which is after the request was sent: so a lease that is counted from the sending ends
 * first, however long the answer took. It is counted by a clock that nobody sets.
 */
export class Lease {
  readonly #ttlMs: number;
  readonly #requestRenewal: RequestRenewal;
  readonly #section = new AbortController();
  readonly #finished = new AbortController();
  #confirmedAtMs: number;
  #expiresAt: string;
  #lost: LeaseLostError | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(grant: Grant, ttlMs: number, requestRenewal: RequestRenewal) {
    this.#ttlMs = ttlMs;
    this.#requestRenewal = requestRenewal;
    this.#confirmedAtMs = grant.sentAtMs;
    this.#expiresAt = grant.expiresAt;
  }

  /** Aborts when the section should stop: the lease is lost, or {@link interrupt} was called. */
  get signal(): AbortSignal {
    return this.#section.signal;
  }

  /** What the server last said about when the lock lapses. */
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
    this.#lost ??= new LeaseLostError(`The lock was lost: ${why}.`);
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
    const result = await this.#requestRenewal(this.#finished.signal);
    if (result.status !== 'RENEWED') this.lose(result.explanation);
    this.throwIfLost();
    this.#confirmedAtMs = Math.max(this.#confirmedAtMs, sentAtMs);
    this.#expiresAt = result.expiresAt ?? this.#expiresAt;
  }

  #remainingMs(): number {
    return this.#confirmedAtMs + this.#ttlMs * (1 - SAFETY_MARGIN) - performance.now();
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
      waitMs = await this.renew().then(() => this.#untilRenewalMs(), (error) => this.#untilRetryMs(error));
    }
  }

  #untilRenewalMs(): number {
    return this.#confirmedAtMs + this.#ttlMs / 3 - performance.now();
  }

  /** Often enough for several attempts before the end, and as late as the server asks. */
  #untilRetryMs(error: unknown): number {
    const askedMs = (error instanceof ApiError && error.retryAfterSeconds) || 0;
    return askedMs * 1000 + (this.#ttlMs / 10) * (0.5 + Math.random());
  }
}
