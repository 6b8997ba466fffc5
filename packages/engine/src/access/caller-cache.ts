import type { KnownCaller } from './find-caller.ts';

export interface CallerCacheParts {
  /** A monotonic clock in milliseconds. */
  elapsedMs(): number;
  /** A number that rises with every change of what any key may do, by whatever process. */
  readGeneration(): Promise<number>;
}

interface Entry {
  readonly known: KnownCaller;
  readonly readAtMs: number;
}

/** How often the generation is read, in milliseconds. */
const refreshIntervalMs = 1_000;

/** How long what was read is used without being confirmed: a change takes effect within 5 s in every process. */
const longestUnconfirmedMs = 4_000;

const capacity = 50_000;

/**
 * Keeps callers by the hash of their key until something changes that any key may do. Only valid keys are kept, so that
 * guesses can't evict them and a new key works at once.
 */
export class CallerCache {
  readonly #parts: CallerCacheParts;
  #entries = new Map<string, Entry>();
  #generation: number | undefined;
  /** Up to when all entries are known to be right. */
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #refreshedAtMs = Number.NEGATIVE_INFINITY;
  /** Rises when entries are forgotten: what was being read meanwhile may be out of date. */
  #epoch = 0;

  constructor(parts: CallerCacheParts) {
    this.#parts = parts;
  }

  get(keyHash: string): KnownCaller | undefined {
    const entry = this.#entries.get(keyHash);
    if (entry === undefined) return undefined;
    const sureUntilMs = Math.max(entry.readAtMs, this.#confirmedAtMs) + longestUnconfirmedMs;
    return this.#parts.elapsedMs() < sureUntilMs ? entry.known : undefined;
  }

  async load(keyHash: string, read: () => Promise<KnownCaller | undefined>): Promise<KnownCaller | undefined> {
    const epoch = this.#epoch;
    const readAtMs = this.#parts.elapsedMs();
    const known = await read();
    if (known !== undefined && epoch === this.#epoch) this.#keep(keyHash, { known, readAtMs });
    return known;
  }

  clear(): void {
    this.#epoch += 1;
    this.#entries = new Map();
  }

  /** Asks, now and then, whether anything has changed. */
  async refresh(): Promise<void> {
    const askedAtMs = this.#parts.elapsedMs();
    if (askedAtMs - this.#refreshedAtMs < refreshIntervalMs) return;
    this.#refreshedAtMs = askedAtMs;
    const generation = await this.#parts.readGeneration();
    if (generation !== this.#generation) this.clear();
    this.#generation = generation;
    this.#confirmedAtMs = askedAtMs;
  }

  #keep(keyHash: string, entry: Entry): void {
    this.#entries.delete(keyHash);
    if (this.#entries.size >= capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(keyHash, entry);
  }
}
