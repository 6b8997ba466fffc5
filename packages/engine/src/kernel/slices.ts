import type { Environment } from '../environment.ts';

/** The process's one thread, as far as work that takes long has to know of it. */
export type EventLoop = Pick<Environment, 'elapsedMs' | 'schedule'>;

/** How long work may go on before everybody else has a turn, in milliseconds; a single step of it may be longer. */
const sliceMs = 8;

/** More than there are on the way from a result to the bytes that answer it. */
const mostReactions = 24;

/**
 * Cuts a long piece of work into slices. The process has one thread: while one tenant's work goes on in it, nobody
 * else is answered, whatever they ask for.
 */
export class Slices {
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

  /** To be awaited between two steps: it resolves at once, or when a slice is over, after everybody else had a turn. */
  async pause(): Promise<void> {
    if (!this.isOver) return;
    await new Promise<void>((resolve) => {
      this.#eventLoop.schedule(resolve);
    });
    this.#startMs = this.#eventLoop.elapsedMs();
  }

  /**
   * To be awaited after a promise was resolved for somebody: lets them go on first, so that what they do counts. Each
   * `await` on their way takes a turn of the microtasks.
   */
  async pauseAfterThem(): Promise<void> {
    for (let reaction = 0; reaction < mostReactions; reaction += 1) await undefined;
    await this.pause();
  }

  /** What `step` makes of each item, one after the other; what takes less than a slice is done at once. */
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
