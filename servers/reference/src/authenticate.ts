import type { Caller, Environment } from '@holdfast/engine';

export interface CallerCacheOptions {
  readonly environment: Pick<Environment, 'sha256' | 'elapsedMs'>;
  /** How long a key is cached, in milliseconds. */
  readonly maxAgeMs?: number;
  readonly capacity?: number;
}

interface KnownCaller {
  readonly caller: Caller;
  readonly untilMs: number;
}

type Authenticate = (apiKey: string) => Promise<Caller | undefined>;

/**
 * Caches callers by key for a few seconds. Only valid keys are cached, and only by hash: guesses can't evict them, and
 * a new key works at once.
 */
export function rememberCallers(
  authenticate: Authenticate,
  { environment, maxAgeMs = 5_000, capacity = 10_000 }: CallerCacheOptions,
): Authenticate {
  const known = new Map<string, KnownCaller>();
  return async (apiKey) => {
    const keyHash = environment.sha256(apiKey);
    const nowMs = environment.elapsedMs();
    const remembered = known.get(keyHash);
    if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.caller;

    known.delete(keyHash);
    const caller = await authenticate(apiKey);
    if (caller === undefined) return undefined;
    if (known.size >= capacity) forgetOldest(known);
    known.set(keyHash, { caller, untilMs: nowMs + maxAgeMs });
    return caller;
  };
}

function forgetOldest(known: Map<string, KnownCaller>): void {
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
