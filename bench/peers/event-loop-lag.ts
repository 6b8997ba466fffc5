/** Node looks this often, and counts that time in. */
const resolutionMs = 10;

/**
 * The longest that the event loop of a Holdfast server was busy at a stretch since this was last asked, as the server
 * measured it itself, in milliseconds.
 */
export async function longestEventLoopLagMs(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  const seconds = /^nodejs_eventloop_lag_max_seconds (\S+)$/mu.exec(await response.text())?.[1];
  return Math.max(0, Number(seconds) * 1_000 - resolutionMs);
}
