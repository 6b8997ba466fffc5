import { setTimeout } from 'node:timers/promises';

import { StoreUnavailable } from '@holdfast/engine/store';

/**
 * A deadline. The driver has none that works: in 7.8 `timeoutMS` has no effect, and `withTransaction` retries for up to
 * 120 s.
 */
export class Deadline {
  #endsAt: number;

  constructor(timeoutMs: number) {
    this.#endsAt = performance.now() + timeoutMs;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  get isOver(): boolean {
    return this.remainingMs === 0;
  }

  /** Waits, but not beyond the deadline. */
  async wait(delayMs: number): Promise<void> {
    await setTimeout(Math.min(delayMs, this.remainingMs));
  }

  /**
   * Settles as the work does, or rejects at the deadline with `onOver`'s error. The work isn't stopped: it must check
   * {@link isOver} before anything that must not happen afterwards.
   */
  async hold<T>(work: Promise<T>, onOver: () => Error = tookTooLong): Promise<T> {
    const timer = new AbortController();
    const over = setTimeout(this.remainingMs, undefined, { signal: timer.signal }).then(() => {
      // A timer may fire a fraction of a millisecond early; the work must not continue in it.
      this.#endsAt = Number.NEGATIVE_INFINITY;
      throw onOver();
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      timer.abort();
      // The loser's rejection has no listener.
      over.catch(() => {});
      work.catch(() => {});
    }
  }
}

function tookTooLong(): Error {
  return new StoreUnavailable('MongoDB took too long to answer.');
}
