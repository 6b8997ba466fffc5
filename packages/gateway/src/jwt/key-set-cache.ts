import { parseKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';

export interface KeySetCacheOptions {
  /** Fetches the text of a JWKS; throws if there is none to be had. It has its own timeout. */
  fetchJwks(uri: string): Promise<string>;
  /** A monotonic clock. */
  elapsedMs(): number;
  /** Called when a fetch failed, or brought no JWKS. The client doesn't learn why. */
  onFetchFailure?(uri: string, error: unknown): void;
}

/** How old keys may be before they are fetched again: a key that the issuer took back works no longer than that. */
const freshForMs = 600_000;

/** How old keys may be while they can't be fetched. */
const usableForMs = 3_600_000;

/** How long a URI is left alone after it was asked. Anybody can send a JWT with a new `kid`, but not cause traffic. */
const quietForMs = 30_000;

const mostUris = 1_000;

/** What is known of one URI. */
interface Known {
  keys: KeySet | undefined;
  fetchedAtMs: number;
  askedAtMs: number;
  underWay: Promise<void> | undefined;
}

/** The keys behind URIs, of which those used last are kept. */
export class KeySetCache {
  readonly #options: KeySetCacheOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: KeySetCacheOptions) {
    this.#options = options;
  }

  /** The keys behind a URI; undefined while there are none to be had. */
  async get(uri: string): Promise<KeySet | undefined> {
    const { keys, fetchedAtMs } = this.#recall(uri);
    const isFresh = this.#options.elapsedMs() - fetchedAtMs < freshForMs;
    return keys !== undefined && isFresh ? keys : this.getAgain(uri);
  }

  /** The same, asked for again unless that has just been done. */
  async getAgain(uri: string): Promise<KeySet | undefined> {
    const known = this.#recall(uri);
    if (this.#options.elapsedMs() - known.askedAtMs >= quietForMs) known.underWay ??= this.#fetch(uri, known);
    await known.underWay;
    return this.#options.elapsedMs() - known.fetchedAtMs < usableForMs ? known.keys : undefined;
  }

  async #fetch(uri: string, known: Known): Promise<void> {
    const askedAtMs = this.#options.elapsedMs();
    known.askedAtMs = askedAtMs;
    try {
      const keys = parseKeySet(await this.#options.fetchJwks(uri));
      if (keys === undefined) throw new Error('This is not a JWKS of at most 65536 bytes and 100 keys.');
      known.keys = keys;
      known.fetchedAtMs = askedAtMs;
    } catch (error) {
      this.#options.onFetchFailure?.(uri, error);
    } finally {
      known.underWay = undefined;
    }
  }

  #recall(uri: string): Known {
    const known = this.#known.get(uri) ?? {
      keys: undefined,
      fetchedAtMs: Number.NEGATIVE_INFINITY,
      askedAtMs: Number.NEGATIVE_INFINITY,
      underWay: undefined,
    };
    this.#known.delete(uri);
    this.#known.set(uri, known);
    if (this.#known.size > mostUris) forgetOldest(this.#known);
    return known;
  }
}

function forgetOldest(known: Map<string, Known>): void {
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
