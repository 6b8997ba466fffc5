export { Holdfast } from './client.ts';
export {
  ApiError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  HoldfastError,
  IdempotencyKeyConflictError,
  InternalServerError,
  LeaseLostError,
  LockHeldError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
  WrongReleaseTokenError,
} from './errors.ts';

export type { CallOptions } from './call.ts';
export type { HoldfastPromise, WithResponse } from './holdfast-promise.ts';
export type { Hooks, ReleaseFailedEvent, RequestEvent, ResponseEvent, RetryEvent } from './hooks.ts';
export type { DefinitionQuery, EventQuery, NamedResources, ReservationQuery, ResultsOf } from './named-resources.ts';
export type { Page, PagePromise } from './pages.ts';
export type { HoldfastOptions } from './transport.ts';
export type { HeldLock, WithLockOptions } from './with-lock.ts';
export type * from './generated/types.gen.ts';
