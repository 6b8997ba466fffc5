export { Holdfast } from './client.ts';
export {
  ApiError,
  AuthenticationError,
  BadRequestError,
  CapacityNotAvailableError,
  ConflictError,
  ConnectionError,
  EventIdConflictError,
  HoldExpiredError,
  HoldfastError,
  HoldNotActiveError,
  IdempotencyKeyConflictError,
  InsufficientCreditsError,
  InternalServerError,
  LeaseLostError,
  LockHeldError,
  NoMeteringRuleError,
  NotFoundError,
  PaymentAlreadyCreditedError,
  PermissionDeniedError,
  RateLimitError,
  TimeoutError,
  UnavailableError,
  WrongReleaseTokenError,
} from './errors.ts';
export { UnsafeIntegerError } from './exact-integers.ts';
export { HoldLostError } from './hold-lost-error.ts';
export { intervals } from './intervals.ts';

export type { CallOptions } from './call.ts';
export type {
  Capacity,
  CapacityLimitsQuery,
  CapacityLimitsUpdate,
  CapacityPeriod,
  CapacityRequest,
  CapacityReservationQuery,
  CapacitySample,
  CapacityWindowQuery,
} from './capacity.ts';
export type {
  AccountQuery,
  AdjustRequest,
  CreditEventQuery,
  Credits,
  CreditTopUp,
  EntitlementQuery,
  GrantRequest,
  HoldQuery,
  HoldRequest,
  TransactionQuery,
  UsageEvent,
} from './credits.ts';
export type { CustomerReference } from './customer-reference.ts';
export type { CustomerQuery, Customers } from './customers.ts';
export type { HoldfastPromise, WithResponse } from './holdfast-promise.ts';
export type {
  HoldReleaseFailedEvent,
  Hooks,
  ReleaseFailedEvent,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
} from './hooks.ts';
export type { MeteringRuleQuery, MeteringRules, MetricQuery, Metrics } from './metering.ts';
export type { DefinitionQuery, EventQuery, NamedResources, ReservationQuery, ResultsOf } from './named-resources.ts';
export type { Page, PagePromise } from './pages.ts';
export type { ReducedInterval, ReservedUpTo } from './reserve-up-to.ts';
export type { Time } from './time.ts';
export type { HoldfastOptions } from './transport.ts';
export type { HeldCredits, HoldOutcome, UsedUnits, WithHoldOptions } from './with-hold.ts';
export type { HeldLock, WithLockOptions } from './with-lock.ts';
export type * from './generated/types.gen.ts';
