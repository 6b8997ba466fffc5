import { TimeoutError } from '../errors/holdfast-error.ts';
import type { TimedOptions } from '../transport/call.ts';
import { runWithin } from '../transport/timers.ts';
import type { Transport } from '../transport/transport.ts';

interface Limit {
  readonly timeoutMs: number;
  /** What the error says when the time is up, such as `'a' was not released`. */
  readonly failure: string;
}

/**
 * Makes a call that ends a claim, with as many retries as fit into the time for it, whatever the client's own
 * `maxRetries`. If the server asks to come back after that time, its refusal is the outcome, at once.
 */
export function retryWithin<Value>(
  transport: Transport,
  { timeoutMs, failure }: Limit,
  call: (options: TimedOptions) => Promise<Value>,
): Promise<Value> {
  const onTimeout = () =>
    Object.assign(new TimeoutError(`${failure} within ${timeoutMs} ms.`), { outcomeUnknown: true });
  const attemptMs = Math.min(transport.timeoutMs, timeoutMs / 3);
  return runWithin({ timeoutMs, onTimeout }, (signal) =>
    call({ signal, timeoutMs: attemptMs, maxRetries: Infinity, withinMs: timeoutMs }),
  );
}
