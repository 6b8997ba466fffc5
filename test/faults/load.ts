import { setTimeout as delay } from 'node:timers/promises';

import type { Journal } from './journal.ts';
import { NoAnswer } from './wire-client.ts';
import type { WireClient } from './wire-client.ts';

const workerCount = 16;

/** So that a server that is away isn't asked thousands of times. */
const pauseMs = 10;

export interface LoadOptions {
  readonly journal: Journal;
  /** Where a worker sends its next request, having just been left without an answer `failures` times. */
  clientOf(worker: number, failures: number): WireClient;
  /** Told of every answer; `failures` is what `clientOf` was told for it. */
  onAnswer?(worker: number, failures: number): void;
}

/** Clients that write all at once, each one thing after the other, until they are stopped. */
export class Load {
  readonly #options: LoadOptions;
  readonly #workers: Promise<unknown>;
  #isOver = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#workers = Promise.all(Array.from({ length: workerCount }, (_, worker) => this.#work(worker)));
    // Whoever stops it hears of a failure; until then it must not end the process.
    this.#workers.catch(() => undefined);
  }

  /** Begins nothing new; resolves when what was sent has been answered, or has failed. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#workers;
  }

  async #work(worker: number): Promise<void> {
    const { journal, clientOf, onAnswer } = this.#options;
    for (let failures = 0; !this.#isOver;) {
      const entry = journal.next(worker);
      try {
        journal.record(entry, await clientOf(worker, failures).write(entry.write, entry.idempotencyKey));
        onAnswer?.(worker, failures);
        failures = 0;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        failures += 1;
        if (!this.#isOver) await delay(pauseMs);
      }
    }
  }
}
