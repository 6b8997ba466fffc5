import type { SeededRandom } from '../../faults/seeded-random.ts';

/** When most worlds begin. */
export const worldBeginsMs = Date.parse('2099-01-01T00:00:00Z');

const stepEveryMs = 700;

/** A process's clock: never further from the true time than it may be, and monotonic, but neither even nor exact. */
export class SimulatedClock {
  readonly #random: SeededRandom;
  readonly #errorMs: number;
  readonly #beginsMs: number;
  #offsetMs: number;
  #nextStepMs = 0;
  #lastMs = 0;

  constructor(random: SeededRandom, errorMs: number, beginsMs: number) {
    this.#random = random;
    this.#errorMs = errorMs;
    this.#beginsMs = beginsMs;
    this.#offsetMs = 0;
  }

  /** In epoch milliseconds, at a time of the world. */
  read(worldMs: number): number {
    while (this.#errorMs > 0 && worldMs >= this.#nextStepMs) {
      this.#offsetMs = this.#errorMs * (2 * this.#random.fraction() - 1);
      this.#nextStepMs += stepEveryMs * (0.5 + this.#random.fraction());
    }
    this.#lastMs = Math.max(this.#lastMs, Math.floor(this.#beginsMs + worldMs + this.#offsetMs));
    return this.#lastMs;
  }
}
