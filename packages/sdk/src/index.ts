export { Holdfast } from './client.ts';
export {
  ApiError,
  AuthenticationError,
  BadRequestError,
  CapacityNotAvailableError,
  ConflictError,
  EventIdConflictError,
  EventsGoneError,
  HoldExpiredError,
  HoldNotActiveError,
  IdempotencyKeyConflictError,
  InsufficientCreditsError,
  InternalServerError,
  NoMeteringRuleError,
  NotFoundError,
  PaymentAlreadyCreditedError,
  PermissionDeniedError,
  RateLimitError,
  TenantSuspendedError,
  UnavailableError,
  WrongReleaseTokenError,
} from './errors/api-errors.ts';
export { HoldLostError, LeaseLostError, LockHeldError } from './errors/claim-errors.ts';
export { ConnectionError, HoldfastError, TimeoutError } from './errors/holdfast-error.ts';
export { UnsafeIntegerError } from './errors/unsafe-integer-error.ts';
export { exchangeToken } from './exchange-token.ts';
export type { TokenExchange } from './exchange-token.ts';
export { intervals } from './capacity/intervals.ts';
export { verifyWebhook, WebhookVerificationError } from './webhooks/verify-webhook.ts';

export type { DefinitionQuery, EventQuery, NamedResources, ReservationQuery, ResultsOf } from './named-resources.ts';

export type {
  AccountQuery,
  AdjustRequest,
  CreditEventQuery,
  Credits,
  CreditTopUp,
  EntitlementQuery,
  GrantRequest,
  TransactionQuery,
  UsageEvent,
} from './credits.ts';
export type { CustomerReference } from './credits/customer-reference.ts';
export type { CustomerQuery, Customers } from './credits/customers.ts';
export type { HoldQuery, HoldRequest } from './credits/holds.ts';
export type { MeteringRuleQuery, MeteringRules, MetricQuery, Metrics } from './credits/metering.ts';

export type {
  Capacity,
  CapacityLimitsQuery,
  CapacityLimitsUpdate,
  CapacityPeriod,
  CapacityReservationQuery,
  CapacitySample,
  CapacityWindowQuery,
} from './capacity.ts';
export type { CapacityRequest } from './capacity/capacity-request.ts';
export type { ReducedInterval, ReservedUpTo } from './capacity/reserve-up-to.ts';

export type { Administration } from './administration.ts';
export type { ApiKeyQuery, ApiKeys, ApiKeyUpdate, NewApiKey } from './administration/api-keys.ts';
export type { JwtIssuerQuery, JwtIssuerSettings } from './administration/jwt-issuer.ts';
export type { People, PeopleQuery, PeopleTenant } from './administration/people.ts';
export type { TenantsQuery, Tenants } from './administration/tenants.ts';
export type { TierQuery, Tiers } from './administration/tiers.ts';

export type { EventFamily, FollowOptions } from './events/follow-events.ts';

export type { VerifyWebhookOptions, WebhookRequestHeaders } from './webhooks/verify-webhook.ts';
export type {
  WebhookDeliveryQuery,
  WebhookEndpointQuery,
  WebhookEndpoints,
  WebhookReplayRange,
} from './webhooks/webhook-endpoints.ts';

export type { WithHoldOptions, WithLockOptions } from './claims/options.ts';
export type { HeldCredits, HoldOutcome, UsedUnits } from './claims/with-hold.ts';
export type { HeldLock } from './claims/with-lock.ts';

export type { CallOptions } from './transport/call.ts';
export type { HoldfastPromise, WithResponse } from './transport/holdfast-promise.ts';
export type {
  HoldReleaseFailedEvent,
  Hooks,
  ReleaseFailedEvent,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
} from './transport/hooks.ts';
export type { Page, PagePromise } from './transport/pages.ts';
export type { Time } from './transport/time.ts';
export type { AutoBatchOptions, HoldfastOptions } from './transport/transport.ts';

export type * from '@holdfast/contract/types';
