/** The clocks of a machine. */
export interface MachineClock {
  /** Wall clock, epoch milliseconds. Anybody may set it at any moment. */
  systemMs(): number;
  /** Monotonic clock in milliseconds, which goes on while the machine is suspended. */
  elapsedMs(): number;
  /** Identifies the boot, if `elapsedMs` counts from it. */
  readonly bootId?: string | undefined;
}

/** The fastest slew towards the wall clock, as a share of the time that passes: the same as NTP's. */
const steepestSlew = 0.0005;

/** A longer silence is slewed for this long only: the wall clock at its end may be wrong for a moment. */
const longestSlewMs = 1_000;

/**
 * Monotonic time that slews towards the wall clock, so slowly that no TTL is noticeably longer or shorter for it. It
 * never jumps, whatever the wall clock is set to.
 */
export class SteadyClock {
  readonly #machine: MachineClock;
  #nowMs: number;
  #elapsedMs: number;

  /** @param startMs - The time now, in epoch milliseconds. */
  constructor(machine: MachineClock, startMs: number) {
    this.#machine = machine;
    this.#nowMs = startMs;
    this.#elapsedMs = machine.elapsedMs();
  }

  /** Epoch milliseconds. It never runs backwards. */
  now(): number {
    const elapsedMs = this.#machine.elapsedMs();
    const passedMs = Math.max(0, elapsedMs - this.#elapsedMs);
    const mostMs = Math.min(passedMs, longestSlewMs) * steepestSlew;
    const wantedMs = this.#machine.systemMs() - (this.#nowMs + passedMs);
    this.#elapsedMs = Math.max(elapsedMs, this.#elapsedMs);
    this.#nowMs += passedMs + Math.min(Math.max(wantedMs, -mostMs), mostMs);
    return Math.floor(this.#nowMs);
  }
}
