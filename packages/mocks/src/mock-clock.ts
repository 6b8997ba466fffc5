import type { Duration, Time } from './times.ts';

/** The mock's clock. */
export interface MockClock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Advances the clock, and resolves when everything that lapsed on the way is in the event history, and every webhook
   * that was due was attempted, each at its own time.
   *
   * @param by - Milliseconds, `{ seconds }` or `{ milliseconds }`.
   * @throws TypeError if it is no duration.
   */
  advance(by: Duration): Promise<void>;
  /**
   * Advances the clock to a time.
   *
   * @throws RangeError if it is in the past: time never runs backwards, as on the server. See `reset`.
   */
  set(to: Time): Promise<void>;
}
