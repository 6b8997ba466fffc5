/** Tasks one after another, in the order in which they came, so that equal calls have equal outcomes. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the task when all earlier ones have ended, however they did. */
  take<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
