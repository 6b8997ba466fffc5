import type { Caller, Environment } from '@holdfast/engine';

export interface CallerCacheOptions {
  readonly environment: Pick<Environment, 'sha256' | 'elapsedMs'>;
  /** How long a key is trusted without asking again, in milliseconds. */
  readonly maxAgeMs?: number;
  readonly capacity?: number;
}

interface KnownCaller {
  readonly caller: Caller;
  readonly untilMs: number;
}

type Authenticate = (apiKey: string) => Promise<Caller | undefined>;

/**
 * Remembers for a few seconds who a key belongs to. Only keys that somebody holds are remembered, and only by their
 * hash: guesses can't push them out, and a key that was given out a moment ago works at once.
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
