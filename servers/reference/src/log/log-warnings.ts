import type { Logger } from './logger.ts';

const option = '--disable-warning=';

/** Node would print its warnings to standard error itself, not as log lines, and blocking. */
export function logWarnings(logger: Logger): void {
  // No listener: Node was told to print none.
  if (process.listenerCount('warning') === 0) return;
  const disabled = process.execArgv.filter((word) => word.startsWith(option)).map((word) => word.slice(option.length));
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error & { code?: string }) => {
    if (disabled.includes(warning.name) || disabled.includes(warning.code ?? '')) return;
    logger.warn({ err: warning }, `Node warns: ${warning.message}`);
  });
}
