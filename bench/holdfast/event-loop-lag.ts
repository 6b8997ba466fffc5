import { readMetric } from './server-metrics.ts';

/** Node looks this often, and counts that time in. */
const resolutionMs = 10;

/**
 * The longest that the event loop of a Holdfast server was busy at a stretch since this was last asked, as the server
 * measured it itself, in milliseconds.
 */
export async function longestEventLoopLagMs(url: string): Promise<number> {
  const seconds = await readMetric(url, 'nodejs_eventloop_lag_max_seconds');
  return Math.max(0, seconds * 1_000 - resolutionMs);
}
