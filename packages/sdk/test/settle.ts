import { vi } from 'vitest';

export interface Outcome<Value> {
  readonly value?: Value;
  readonly error?: unknown;
  /** Milliseconds until it settled. */
  readonly afterMs: number;
}

/** Lets time pass until the promise has settled and all that runs in the background is done; says what became of it. */
export async function settle<Value>(promise: PromiseLike<Value>): Promise<Outcome<Value>> {
  const startedAtMs = performance.now();
  const afterMs = () => performance.now() - startedAtMs;
  const outcome = promise.then(
    (value) => ({ value, afterMs: afterMs() }),
    (error: unknown) => ({ error, afterMs: afterMs() }),
  );
  await vi.runAllTimersAsync();
  return outcome;
}

export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** When each request after the first was sent, in milliseconds after the first. */
export function sentAfterMs(sent: readonly { sentAtMs: number }[], firstAtMs = sent[0]!.sentAtMs): number[] {
  return sent.map(({ sentAtMs }) => sentAtMs - firstAtMs);
}
