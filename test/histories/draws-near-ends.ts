import type { SeededRandom } from '../faults/seeded-random.ts';
import type { Draw } from './family.ts';

interface DrawsNearEndsOptions<End, Command> {
  readonly random: SeededRandom;
  readonly requestCount: number;
  /** How long the holds live that are worth waiting for, in milliseconds. */
  readonly shortTtlMs: number;
  /** The ends that the client knows of, and that come within this time. */
  endsBetween(fromMs: number, toMs: number): readonly End[];
  drawForEnd(end: End): Command;
  draw(): Command;
}

/**
 * Draws a client's commands, and when they are sent. In the middle the client waits for the end of a hold that it knows
 * of, and sends the next one close to that: just before, just after, or at that very time.
 */
export class DrawsNearEnds<End extends { readonly expiresAtMs: number }, Command> {
  /** How many were drawn, the present one included. */
  count = 0;
  readonly #options: DrawsNearEndsOptions<End, Command>;
  readonly #middle: number;

  constructor(options: DrawsNearEndsOptions<End, Command>) {
    this.#options = options;
    this.#middle = Math.floor(options.requestCount / 2);
  }

  next(nowMs: number): Draw<Command> {
    const { random, shortTtlMs, drawForEnd, draw } = this.#options;
    this.count += 1;
    const end = this.count < this.#middle ? undefined : this.#nextEnd(nowMs);
    if (end !== undefined) return { command: drawForEnd(end), sendAtMs: end.expiresAtMs - 3 + 6 * random.fraction() };
    return { command: draw(), sendAtMs: this.#isInTheMiddle ? nowMs + shortTtlMs : nowMs };
  }

  /** The end that is worth waiting for: in the middle that of a whole short hold, later one that is near. */
  #nextEnd(nowMs: number): End | undefined {
    const { random, shortTtlMs, endsBetween } = this.#options;
    const ends = endsBetween(nowMs, nowMs + (this.#isInTheMiddle ? 1.1 * shortTtlMs : 50));
    return ends.length > 0 ? random.pick(ends) : undefined;
  }

  get #isInTheMiddle(): boolean {
    return this.count === this.#middle;
  }
}
