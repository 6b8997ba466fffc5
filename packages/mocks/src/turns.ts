/** Runs tasks one after another, in order, so that equal calls have equal outcomes. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the task when all earlier ones have settled. */
  take<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
