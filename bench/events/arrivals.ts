import { setTimeout as delay } from 'node:timers/promises';

/** What was waited for in vain that long isn't late, but lost. */
const patienceMs = 120_000;

interface Awaited {
  /** How many arrivals there are still to be. */
  left: number;
  readonly atMs: number[];
  resolve(): void;
}

/** Events that are under way: what was announced, and when it came to everybody who waits for it. */
export class Arrivals {
  readonly #watchers: number;
  readonly #awaited = new Map<string, Awaited>();

  /** @param watchers - How often each event arrives. */
  constructor(watchers: number) {
    this.#watchers = watchers;
  }

  /** To be called before what causes the event is asked for, as it may arrive ahead of the answer. */
  expect(key: string): { all(): Promise<readonly number[]> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const awaited: Awaited = { left: this.#watchers, atMs: [], resolve };
    this.#awaited.set(key, awaited);
    return {
      all: async () => {
        const patience = new AbortController();
        const late = delay(patienceMs, undefined, { signal: patience.signal }).then(() => {
          throw new Error(`${key} came to ${awaited.atMs.length} of ${this.#watchers} in ${patienceMs / 1_000} s.`);
        });
        try {
          await Promise.race([promise, late]);
        } finally {
          patience.abort();
          late.catch(() => {});
          this.#awaited.delete(key);
        }
        return awaited.atMs;
      },
    };
  }

  arrived(key: string): void {
    const awaited = this.#awaited.get(key);
    if (awaited === undefined) return;
    awaited.atMs.push(performance.now());
    awaited.left -= 1;
    if (awaited.left === 0) awaited.resolve();
  }
}
