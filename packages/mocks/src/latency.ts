/** The latency of answers in milliseconds: constant, or between two bounds. */
export type LatencyMs = number | { readonly min: number; readonly max: number };

/** The fractional part of the golden ratio: its multiples spread evenly, and the same in every run. */
const spread = 0.618033988749895;

/** Delays answers, by real timers. */
export class Latency {
  #min = 0;
  #max = 0;
  #given = 0;

  /** @throws TypeError if it is no duration. */
  set(latencyMs: LatencyMs): void {
    const { min, max } = typeof latencyMs === 'number' ? { min: latencyMs, max: latencyMs } : latencyMs;
    if (!(min >= 0 && max >= min && Number.isFinite(max))) {
      throw new TypeError(
        `${JSON.stringify(latencyMs)} is no latency: give milliseconds, or { min, max } with min <= max.`,
      );
    }
    this.#min = min;
    this.#max = max;
    this.#given = 0;
  }

  /** Rejects with the signal's reason when that aborts. */
  async wait(signal?: AbortSignal): Promise<void> {
    if (this.#max > 0) await sleep(this.#next(), signal);
  }

  #next(): number {
    this.#given += 1;
    return this.#min + (this.#max - this.#min) * ((this.#given * spread) % 1);
  }
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
