import type { Environment } from '../environment.ts';

/** What long work needs to know of the process's one thread. */
export type EventLoop = Pick<Environment, 'elapsedMs' | 'schedule'>;

/** How long work may run before it yields to the event loop, in milliseconds; a single step may be longer. */
const sliceMs = 8;

/** More microtasks than lie between a result and the bytes that answer it. */
const mostReactions = 24;

/**
 * Cuts long work into time slices: the process has one thread, and while it works for one tenant nobody else is
 * answered.
 */
export class TimeSlices {
  readonly #eventLoop: EventLoop;
  #startMs: number;

  constructor(eventLoop: EventLoop) {
    this.#eventLoop = eventLoop;
    this.#startMs = eventLoop.elapsedMs();
  }

  /** Whether it is time to pause. */
  get isOver(): boolean {
    return this.#eventLoop.elapsedMs() - this.#startMs >= sliceMs;
  }

  /** Await it between two steps. It resolves at once or, when the slice is over, after a turn of the event loop. */
  async pause(): Promise<void> {
    if (!this.isOver) return;
    await new Promise<void>((resolve) => {
      this.#eventLoop.schedule(resolve);
    });
    this.#startMs = this.#eventLoop.elapsedMs();
  }

  /**
   * Await it after resolving somebody's promise: what they do then counts towards the slice. Each `await` on their way
   * takes one round of microtasks.
   */
  async pauseAfterThem(): Promise<void> {
    for (let reaction = 0; reaction < mostReactions; reaction += 1) await undefined;
    await this.pause();
  }

  /** Maps items one after the other; what takes less than a slice never yields. */
  async map<Item, Result>(items: readonly Item[], step: (item: Item) => Result | Promise<Result>): Promise<Result[]> {
    const results: Result[] = [];
    for (const item of items) {
      if (this.isOver) await this.pause();
      const result = step(item);
      results.push(result instanceof Promise ? await result : result);
    }
    return results;
  }
}
