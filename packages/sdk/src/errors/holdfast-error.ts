/** What every error of this library is. */
export class HoldfastError extends Error {
  override readonly name: string = 'HoldfastError';

  /** Whether the same call may succeed if it is made again a little later. */
  readonly retryable: boolean = false;

  /**
   * True for a write of which an attempt was sent and got no clear answer, so that it may have taken effect.
   * To find out, make the call again with the same `idempotencyKey`: it then takes effect at most once.
   */
  readonly outcomeUnknown: boolean = false;
}

/** No usable answer came: no connection, one that broke off, or an answer that was cut short or isn't JSON. */
export class ConnectionError extends HoldfastError {
  override readonly name: string = 'ConnectionError';
  override readonly retryable = true;
}

/** No answer came in time: `timeoutMs` milliseconds for each attempt. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = 'TimeoutError';
}
