/** How long an answer took, and when it came: epoch milliseconds. */
export interface LatencySample {
  readonly atMs: number;
  readonly durationMs: number;
}

const mostSamples = 240;

/** What the page has measured of its own requests, the newest last. */
class LatencyLog {
  #samples: readonly LatencySample[] = [];
  readonly #listeners = new Set<() => void>();

  readonly add = (durationMs: number): void => {
    this.#samples = [...this.#samples.slice(1 - mostSamples), { atMs: Date.now(), durationMs }];
    for (const listener of this.#listeners) listener();
  };

  readonly samples = (): readonly LatencySample[] => this.#samples;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const latencyLog = new LatencyLog();
