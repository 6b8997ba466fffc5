import { StoreUnavailable } from '@holdfast/engine';

import type { Logger } from './logger.ts';
import { messageOf } from './start-error.ts';

/** While the store is out of reach, every request fails: one line in that many milliseconds says so for all of them. */
const intervalMs = 1_000;

/** Logs what requests failed with. */
export function createErrorReporter(
  logger: Logger,
  elapsedMs: () => number,
): (error: unknown, requestId: string) => void {
  let lastReportMs = Number.NEGATIVE_INFINITY;
  let unreported = 0;
  return (error, requestId) => {
    if (!(error instanceof StoreUnavailable)) return logger.error({ err: error, requestId }, 'a request failed');
    unreported += 1;
    if (elapsedMs() - lastReportMs < intervalMs) return;
    logger.warn(
      { err: error, requestId, requests: unreported },
      `requests were answered with 503: ${messageOf(error)}`,
    );
    lastReportMs = elapsedMs();
    unreported = 0;
  };
}
