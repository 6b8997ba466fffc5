import { setTimeout } from 'node:timers/promises';

import { StoreUnavailable } from '@holdfast/engine/store';

/**
 * A moment after which nobody waits any longer.
 *
 * It is kept here because the driver has nothing for it: in 7.8 `timeoutMS` has no effect, and `withTransaction` goes
 * on for up to 120 s.
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
   * Resolves as the work does, or rejects at the deadline with what `onOver` says. The work isn't stopped by that: it
   * has to look at {@link isOver} before it does anything that must not happen afterwards.
   */
  async hold<T>(work: Promise<T>, onOver: () => Error = tookTooLong): Promise<T> {
    const timer = new AbortController();
    const over = setTimeout(this.remainingMs, undefined, { signal: timer.signal }).then(() => {
      // A timer may be early by part of a millisecond, in which the work must not go on.
      this.#endsAt = Number.NEGATIVE_INFINITY;
      throw onOver();
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      timer.abort();
      // Whichever lost has nobody left who would listen.
      over.catch(() => {});
      work.catch(() => {});
    }
  }
}

function tookTooLong(): Error {
  return new StoreUnavailable('MongoDB took too long to answer.');
}
