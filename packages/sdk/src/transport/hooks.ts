import type { CustomerReference } from '../credits/customer-reference.ts';
import type { HoldfastError } from '../errors/holdfast-error.ts';

/** One attempt to make a request. */
export interface RequestEvent {
  /** The contract's name for what is asked, such as `reserve`. */
  readonly operationId: string;
  readonly method: string;
  readonly url: string;
  /** A hook may add headers here, for tracing for instance. They hold the API key: don't log them. */
  readonly headers: Headers;
  /** 1 for the first attempt, 2 for the first retry. */
  readonly attempt: number;
}

/** An answer, good or bad. */
export interface ResponseEvent extends RequestEvent {
  readonly status: number;
  readonly requestId: string | null;
  /** Milliseconds from just before the request until its answer's headers. */
  readonly durationMs: number;
}

/** A failed attempt that will be retried. */
export interface RetryEvent extends RequestEvent {
  readonly error: HoldfastError;
  /** Milliseconds until the next attempt. */
  readonly delayMs: number;
}

/** A lock that `withLock()` couldn't release. It lapses by itself, at most its TTL later. */
export interface ReleaseFailedEvent {
  readonly resource: string;
  readonly requester: string;
  readonly error: unknown;
}

/** A hold on credits that `withHold()` couldn't release. It expires by itself, at most its TTL later. */
export interface HoldReleaseFailedEvent {
  /** Null when it isn't even known whether credits were held. */
  readonly holdId: string | null;
  readonly customer: CustomerReference;
  readonly metric: string;
  readonly error: unknown;
}

/** Callbacks for logs, metrics and traces. Nobody waits for one, and one that fails is ignored. */
export interface Hooks {
  readonly onRequest?: ((event: RequestEvent) => unknown) | undefined;
  readonly onResponse?: ((event: ResponseEvent) => unknown) | undefined;
  readonly onRetry?: ((event: RetryEvent) => unknown) | undefined;
  readonly onReleaseFailed?: ((event: ReleaseFailedEvent) => unknown) | undefined;
  readonly onHoldReleaseFailed?: ((event: HoldReleaseFailedEvent) => unknown) | undefined;
}

/** Calls a hook so that its failure, thrown or rejected, disturbs nothing: a broken logger must not cost a lock. */
export function notify<Event>(hook: ((event: Event) => unknown) | undefined, event: Event): void {
  new Promise((resolve) => resolve(hook?.(event))).catch(() => {});
}
