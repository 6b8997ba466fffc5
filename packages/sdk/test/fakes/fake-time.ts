import { afterEach, beforeEach, expect, vi } from 'vitest';

/** For each test of a file: time moves only when the test lets it pass, and every random number is 0.5. */
export function useFakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
  });

  // Whatever a test did, nothing may be left running; Vitest itself fails on a rejection that nobody heard.
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}

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
