/** A mutex for work that yields in the middle. */
export class OneAtATime {
  #underWay: Promise<void> | undefined;

  get isFree(): boolean {
    return this.#underWay === undefined;
  }

  /** Runs `work` when it is free, synchronously if it is free now. */
  async run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    while (this.#underWay !== undefined) await this.#underWay;
    const result = work();
    if (!(result instanceof Promise)) return result;
    const done = (): void => {
      this.#underWay = undefined;
    };
    this.#underWay = result.then(done, done);
    return result;
  }
}
