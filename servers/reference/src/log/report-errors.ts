import { StoreUnavailable } from '@holdfast/engine';

import { messageOf } from '../start-error.ts';
import type { Logger } from './logger.ts';

/**
 * While the store is unavailable every request fails, and one line reports all of them: at once, then with exponential
 * backoff from a second to a minute. A minute without a failure resets it.
 */
const intervalsMs = { first: 1_000, longest: 60_000 };

/** Logs the errors of requests. */
export function createErrorReporter(
  logger: Logger,
  elapsedMs: () => number,
): (error: unknown, requestId: string) => void {
  let nextReportMs = Number.NEGATIVE_INFINITY;
  let lastFailureMs = Number.NEGATIVE_INFINITY;
  let intervalMs = intervalsMs.first;
  let unreported = 0;
  return (error, requestId) => {
    if (!(error instanceof StoreUnavailable)) return logger.error({ err: error, requestId }, 'a request failed');
    const nowMs = elapsedMs();
    if (nowMs - lastFailureMs >= intervalsMs.longest) intervalMs = intervalsMs.first;
    lastFailureMs = nowMs;
    unreported += 1;
    if (nowMs < nextReportMs) return;
    logger.warn(
      { err: error, requestId, requests: unreported },
      `requests were answered with 503: ${messageOf(error)}`,
    );
    nextReportMs = nowMs + intervalMs;
    intervalMs = Math.min(intervalMs * 2, intervalsMs.longest);
    unreported = 0;
  };
}
