import type { ServerResponse } from 'node:http';

/** Counts the requests that were taken in and aren't answered yet, so that a stop can wait for them. */
export class RequestsInFlight {
  #count = 0;
  #onIdle: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  add(response: ServerResponse): void {
    this.#count += 1;
    response.on('close', () => {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    });
  }

  /** Resolves when every answer has been handed to the operating system, or its client has gone. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }
}
