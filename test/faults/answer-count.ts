/** Counts answers, and tells when there are so many. */
export class AnswerCount {
  #count = 0;
  #goal = Number.POSITIVE_INFINITY;
  readonly #reached = Promise.withResolvers<void>();

  add(): void {
    this.#count += 1;
    if (this.#count >= this.#goal) this.#reached.resolve();
  }

  /** Resolves at the goal; to be called once. */
  reach(goal: number): Promise<void> {
    this.#goal = goal;
    if (this.#count >= goal) this.#reached.resolve();
    return this.#reached.promise;
  }
}
