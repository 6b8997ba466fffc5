/** Has those who share something use it one after the other, also if one of them pauses in the middle. */
export class OneAtATime {
  #underWay: Promise<void> | undefined;

  /** Runs `work` as soon as nobody else is at it: at once, if nobody is. */
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
