import type { Duration, Time } from './times.ts';

/** The mock's time, which everything in it goes by. */
export interface MockClock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Lets time pass, and resolves when all that has lapsed on the way is in the event history, each at its own time.
   *
   * @param by - Milliseconds, `{ seconds }` or `{ milliseconds }`.
   * @throws TypeError when it is no length of time.
   */
  advance(by: Duration): Promise<void>;
  /**
   * Lets time pass until then.
   *
   * @throws RangeError when it is over already: time never runs backwards, as on the server. See `reset`.
   */
  set(to: Time): Promise<void>;
}
