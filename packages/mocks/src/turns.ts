/** Runs tasks one after another, in order, so that equal calls have equal outcomes. */
export class Turns {
  /** Whoever waits for his turn, in order. */
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;
  #lent = 0;

  /** Whether a task has lent its turn to others. */
  get isLent(): boolean {
    return this.#lent > 0;
  }

  /** Runs the task when all earlier ones have settled, or have lent their turn. */
  async take<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
    try {
      return await task();
    } finally {
      this.#passOn();
    }
  }

  /** Within a turn: does something for which others may have to go ahead, and resumes the turn before any that wait. */
  async lend<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#lent += 1;
    this.#passOn();
    try {
      return await work();
    } finally {
      if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.unshift(resolve));
      this.#isTaken = true;
      this.#lent -= 1;
    }
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    // Whoever is next has it from now on: nobody comes between.
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}
