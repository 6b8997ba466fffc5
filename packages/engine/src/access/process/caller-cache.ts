import type { KnownCaller } from '../find-caller.ts';

export interface CallerCacheParts {
  /** A monotonic clock in milliseconds. */
  elapsedMs(): number;
  /** A number that rises with every change of what any key may do, by whatever process. */
  readGeneration(): Promise<number>;
}

interface Entry {
  readonly known: KnownCaller;
  readonly readAtMs: number;
  /** How many changes this process knew of when it began to read. */
  readonly changes: number;
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
  /** How many changes this process knows of, and which of them was the last for all tenants, and for each. */
  #changes = 0;
  #lastForAll = 0;
  readonly #lastForTenant = new Map<string, number>();

  constructor(parts: CallerCacheParts) {
    this.#parts = parts;
  }

  get(keyHash: string): KnownCaller | undefined {
    const entry = this.#entries.get(keyHash);
    if (entry === undefined || !this.#isPresent(entry)) return undefined;
    const sureUntilMs = Math.max(entry.readAtMs, this.#confirmedAtMs) + longestUnconfirmedMs;
    return this.#parts.elapsedMs() < sureUntilMs ? entry.known : undefined;
  }

  async load(keyHash: string, read: () => Promise<KnownCaller | undefined>): Promise<KnownCaller | undefined> {
    const [changes, readAtMs] = [this.#changes, this.#parts.elapsedMs()];
    const known = await read();
    if (known !== undefined) this.#keep(keyHash, { known, readAtMs, changes });
    return known;
  }

  /** Forgets a tenant's callers, or all; what is being read at this moment may be out of date, too. */
  forget(tenantId?: string): void {
    this.#changes += 1;
    if (tenantId !== undefined) return void this.#lastForTenant.set(tenantId, this.#changes);
    this.#lastForAll = this.#changes;
    this.#lastForTenant.clear();
    this.#entries = new Map();
  }

  /** Asks, now and then, whether anything has changed. */
  async refresh(): Promise<void> {
    const askedAtMs = this.#parts.elapsedMs();
    if (askedAtMs - this.#refreshedAtMs < refreshIntervalMs) return;
    this.#refreshedAtMs = askedAtMs;
    const generation = await this.#parts.readGeneration();
    if (generation !== this.#generation) this.forget();
    this.#generation = generation;
    this.#confirmedAtMs = askedAtMs;
  }

  /** Whether nothing has changed since it was read, as far as this process knows. */
  #isPresent({ changes, known }: Entry): boolean {
    const last = this.#lastForTenant.get(known.caller.tenantId) ?? this.#lastForAll;
    return changes >= Math.max(last, this.#lastForAll);
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
