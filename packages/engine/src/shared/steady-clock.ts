/** What a machine can tell of the time. */
export interface MachineClock {
  /** Its time of day in epoch milliseconds. Anybody may set it, at any moment. */
  systemMs(): number;
  /** Milliseconds since some moment, by a clock that nobody sets and that goes on while the machine is suspended. */
  elapsedMs(): number;
  /** Names the start of the machine, if that is the moment from which `elapsedMs` counts. */
  readonly bootId?: string | undefined;
}

/** How far the time of day may draw Holdfast's after it, as a share of the time that passes: as much as NTP does. */
const steepestSlew = 0.0005;

/** Of a longer silence no more is made up for: what the time of day is at the end of it may be true for a moment only. */
const longestSlewMs = 1_000;

/**
 * Time that goes on at its own pace. It follows the machine's time of day so slowly that no TTL is noticeably longer or
 * shorter for it, and never jumps, whatever somebody sets that to.
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
