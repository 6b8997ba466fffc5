import { TimeoutError } from '../errors/api-errors.ts';
import type { CallOptions } from '../transport/call.ts';
import { runWithin } from '../transport/timers.ts';
import type { Transport } from '../transport/transport.ts';

interface Persistence {
  /** For the error: what has not been done when the time is up. */
  readonly what: string;
  readonly timeoutMs: number;
}

/** Makes a call that ends something, as often as the time for it allows, whatever the client's own `maxRetries`. */
export function persist<Value>(
  transport: Transport,
  { what, timeoutMs }: Persistence,
  run: (options: CallOptions) => Promise<Value>,
): Promise<Value> {
  const onTimeout = () => Object.assign(new TimeoutError(`${what} within ${timeoutMs} ms.`), { outcomeUnknown: true });
  const attemptMs = Math.min(transport.timeoutMs, timeoutMs / 3);
  return runWithin({ timeoutMs, onTimeout }, (signal) => run({ signal, timeoutMs: attemptMs, maxRetries: Infinity }));
}
