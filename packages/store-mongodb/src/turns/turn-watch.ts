import { setTimeout } from 'node:timers/promises';

import type { Collection } from 'mongodb';

import type { TurnDocument } from './turn-document.ts';

const lookEveryMs = 2;

interface Waiting {
  readonly filter: { readonly _id: string; readonly tenant: string };
  wake(): void;
}

/**
 * Polls for all of this process's requests at once, so that waiting for ten turns costs as many queries as waiting for
 * one.
 */
export class TurnWatch {
  readonly #documents: Collection<TurnDocument>;
  /** By request name. */
  readonly #waiting = new Map<string, Waiting>();
  #isLooking = false;

  constructor(documents: Collection<TurnDocument>) {
    this.#documents = documents;
  }

  /** Resolves when the turn before this request's has ended, or after this many milliseconds. */
  async untilNext(name: string, filter: Waiting['filter'], longestMs: number): Promise<void> {
    const timeout = new AbortController();
    const isNext = new Promise<void>((resolve) => this.#waiting.set(name, { filter, wake: resolve }));
    if (!this.#isLooking) void this.#look();
    await Promise.race([isNext, setTimeout(longestMs, undefined, { signal: timeout.signal }).catch(() => {})]);
    timeout.abort();
    this.#waiting.delete(name);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#waiting.size > 0) {
      await setTimeout(lookEveryMs);
      // A request that isn't found asks again soon, and gets the error then.
      for (const name of await this.#findNext().catch(() => [])) this.#waiting.get(name)?.wake();
    }
    this.#isLooking = false;
  }

  async #findNext(): Promise<readonly string[]> {
    const filters = [...this.#waiting.values()].map(({ filter }) => filter);
    const isNext = {
      _id: { $in: filters.map(({ _id }) => _id) },
      tenant: { $in: [...new Set(filters.map(({ tenant }) => tenant))] },
      holder: null,
      'queue.0.name': { $in: [...this.#waiting.keys()] },
    };
    const options = { readConcern: { level: 'local' }, projection: { queue: { $slice: 1 } } } as const;
    const found = await this.#documents.find(isNext, options).toArray();
    return found.flatMap(({ queue }) => queue.map(({ name }) => name));
  }
}
