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
} from './errors/api-errors.ts';
export { UnsafeIntegerError } from './transport/exact-integers.ts';
export { HoldLostError } from './claims/claim-errors.ts';
export { intervals } from './capacity/intervals.ts';

export type { CallOptions } from './transport/call.ts';
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
export type { CustomerReference } from './credits/customer-reference.ts';
export type { CustomerQuery, Customers } from './credits/customers.ts';
export type { HoldfastPromise, WithResponse } from './transport/holdfast-promise.ts';
export type {
  HoldReleaseFailedEvent,
  Hooks,
  ReleaseFailedEvent,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
} from './transport/hooks.ts';
export type { MeteringRuleQuery, MeteringRules, MetricQuery, Metrics } from './credits/metering.ts';
export type { DefinitionQuery, EventQuery, NamedResources, ReservationQuery, ResultsOf } from './named-resources.ts';
export type { Page, PagePromise } from './transport/pages.ts';
export type { ReducedInterval, ReservedUpTo } from './capacity/reserve-up-to.ts';
export type { Time } from './transport/time.ts';
export type { HoldfastOptions } from './transport/transport.ts';
export type { HeldCredits, HoldOutcome, UsedUnits, WithHoldOptions } from './claims/with-hold.ts';
export type { HeldLock, WithLockOptions } from './claims/with-lock.ts';
export type * from './generated/types.gen.ts';
