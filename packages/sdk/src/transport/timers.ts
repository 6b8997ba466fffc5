/** The longest wait that `setTimeout` can express, about 24 days: given a longer one, it fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * `setTimeout` that comes early, rather than at once, when the wait is longer than it can express. A negative one, of
 * which Node would warn, is none.
 */
export function startTimer(callback: () => void, delayMs: number): ReturnType<typeof setTimeout> {
  return setTimeout(callback, Math.max(0, Math.min(delayMs, longestTimerMs)));
}

/** Waits, unless the signal aborts: then rejects with its reason and leaves no timer behind. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', settle);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = startTimer(settle, delayMs);
    signal?.addEventListener('abort', settle);
    if (signal?.aborted) settle();
  });
}

export interface Bounds {
  readonly timeoutMs: number;
  /** Makes what `run` fails with when the time is up. */
  readonly onTimeout: () => Error;
  /** Ends `run` early, with this signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs until the time is up or the signal aborts, whichever comes first. It doesn't wait for `run` to notice,
 * because not every `fetch` heeds its signal in every phase.
 */
export async function runWithin<T>(bounds: Bounds, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const outer = bounds.signal;
  outer?.throwIfAborted();
  const controller = new AbortController();
  const forward = () => controller.abort(outer?.reason);
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
  });
  outer?.addEventListener('abort', forward);
  const timer = startTimer(() => controller.abort(bounds.onTimeout()), bounds.timeoutMs);
  try {
    return await Promise.race([run(controller.signal), aborted]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', forward);
  }
}
