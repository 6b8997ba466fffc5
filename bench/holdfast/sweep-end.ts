import { setTimeout as delay } from 'node:timers/promises';

import { readMetric } from './server-metrics.ts';

/** Less than lies between two sweeps, so that the end of each is seen. */
const pauseMs = 100;

/** A sweep that ends so soon after a time may have looked before it for the last time. */
const leastMs = 50;

/**
 * When a Holdfast server had swept up everything that was due at a time, in epoch milliseconds, as the server says
 * itself: a sweep ends when it finds nothing any more.
 */
export async function sweptUp(url: string, dueAtMs: number, timeoutMs: number): Promise<number> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const endMs = (await readMetric(url, 'holdfast_sweep_last_success_timestamp_seconds')) * 1_000;
    if (endMs >= dueAtMs + leastMs) return endMs;
    if (Date.now() > deadlineMs) throw new Error(`What was due has not been swept up within ${timeoutMs / 1_000} s.`);
    await delay(pauseMs);
  }
}
