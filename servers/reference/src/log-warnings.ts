import type { Logger } from './logger.ts';

const option = '--disable-warning=';

/** Node prints its warnings to the standard error by itself, where they could be no lines of the log, and would wait. */
export function logWarnings(logger: Logger): void {
  // Nobody listens if Node was told to print none.
  if (process.listenerCount('warning') === 0) return;
  const disabled = process.execArgv.filter((word) => word.startsWith(option)).map((word) => word.slice(option.length));
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error & { code?: string }) => {
    if (disabled.includes(warning.name) || disabled.includes(warning.code ?? '')) return;
    logger.warn({ err: warning }, `Node warns: ${warning.message}`);
  });
}
