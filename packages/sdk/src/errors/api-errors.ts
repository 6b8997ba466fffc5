import type {
  CapacityNotAvailableProblem,
  CapacityShortfall,
  EventsGoneProblem,
  LimitType,
  ProblemDetail,
  RenewResult,
  Scope,
  UnreserveResult,
} from '@holdfast/contract/types';

import { HoldfastError } from './holdfast-error.ts';
import { faultIn, readAccessProblem, readProblem } from './problem.ts';
import type { FailedAnswer } from './problem.ts';
import { readRetryAfterSeconds } from './retry-after.ts';

/** The server answered with a failure. The subclasses stand for the statuses that are worth catching by themselves. */
export class ApiError extends HoldfastError {
  override readonly name: string = 'ApiError';
  override readonly retryable: boolean;
  readonly status: number;
  /**
   * The server's code, such as `not_found`: its `error`, or where it answers with `application/problem+json` the end of
   * the problem's type, with underscores. `http_502` and the like when the answer holds none.
   */
  readonly code: string;
  /** Names this request in the server's log. */
  readonly requestId: string | null;
  /** What is wrong with each field; empty unless the request was invalid. */
  readonly details: readonly ProblemDetail[];
  /** What `Retry-After` asks for, in seconds; null without one. */
  readonly retryAfterSeconds: number | null;
  readonly headers: Headers;
  /** The parsed JSON, or the text when it wasn't JSON. */
  readonly body: unknown;

  /** @param unsaid - what this means, should the answer have no message */
  constructor(answer: FailedAnswer, unsaid?: string) {
    const { status, headers, body } = answer;
    const problem = readProblem(body);
    const code = problem.code ?? `http_${status}`;
    const message = problem.message ?? unsaid;
    super(faultIn(answer) || `${status} ${code}${message ? `: ${message}` : ''}`);
    this.status = status;
    this.code = code;
    this.requestId = headers.get('x-request-id') ?? problem.requestId ?? null;
    this.details = problem.details;
    this.retryable = status === 408 || status === 429 || (status >= 500 && status !== 501);
    this.retryAfterSeconds = readRetryAfterSeconds(headers);
    this.headers = headers;
    this.body = body;
  }
}

/**
 * 400: the request breaks the contract; `details` names the fields. For capacity there are none: the message is the
 * server's one sentence about the first fault, its place, its value and the rule.
 */
export class BadRequestError extends ApiError {
  override readonly name = 'BadRequestError';
}

/** 401: the API key is missing, unknown, revoked or expired; or a JWT was refused, and the message says why. */
export class AuthenticationError extends ApiError {
  override readonly name = 'AuthenticationError';
}

/**
 * 402 `insufficient_credits`: the customer has fewer credits left than this costs. Nothing was held or debited.
 *
 * @example
 * ```ts
 * if (error instanceof InsufficientCreditsError) return showTopUp(error.message);
 * ```
 */
export class InsufficientCreditsError extends ApiError {
  override readonly name = 'InsufficientCreditsError';
}

/**
 * 403: the API key is valid and doesn't allow this: for want of a scope, from this address, or in this tier.
 *
 * @example
 * ```ts
 * if (error instanceof PermissionDeniedError && error.scope) console.log('The API key needs', error.scope);
 * ```
 */
export class PermissionDeniedError extends ApiError {
  override readonly name: string = 'PermissionDeniedError';
  /** The scope that the API key lacks; null when it isn't for want of one. */
  readonly scope: Scope | null;
  /** Whether the tenant's tier is what doesn't allow it. */
  readonly upgradeRequired: boolean;

  constructor(answer: FailedAnswer) {
    super(answer);
    const { scope, upgradeRequired } = readAccessProblem(answer.body);
    this.scope = scope;
    this.upgradeRequired = upgradeRequired;
  }
}

/** 403 `tenant_suspended`: an operator has suspended the API key's tenant. Its data stays; nothing was changed. */
export class TenantSuspendedError extends PermissionDeniedError {
  override readonly name = 'TenantSuspendedError';
}

/** 403 `wrong_release_token`: an item came without its release token, or with a wrong one. The others took effect. */
export class WrongReleaseTokenError extends PermissionDeniedError {
  override readonly name = 'WrongReleaseTokenError';

  /** One result for each item of the request, in the same order. */
  get results(): readonly (UnreserveResult | RenewResult)[] {
    return (this.body as { results: (UnreserveResult | RenewResult)[] }).results;
  }
}

/** 404: there is no such thing, or it belongs to somebody else. */
export class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError';
}

/** 409: the request contradicts the present state, as `resource_held` does. */
export class ConflictError extends ApiError {
  override readonly name: string = 'ConflictError';
}

/** 409 `idempotency_key_conflict`: this key was used for another request within the last 24 hours. */
export class IdempotencyKeyConflictError extends ConflictError {
  override readonly name = 'IdempotencyKeyConflictError';

  constructor(answer: FailedAnswer) {
    super(answer, 'The idempotency key was used for another request within the last 24 hours.');
  }
}

/**
 * 409 `capacity_not_available`: there is less memory to be had than was asked for. Nothing was reserved.
 *
 * @example
 * ```ts
 * if (error instanceof CapacityNotAvailableError) {
 *   for (const { startsAt, reservableGb } of error.intervals) console.log(startsAt, 'has', reservableGb, 'GB left');
 * }
 * ```
 */
export class CapacityNotAvailableError extends ConflictError {
  override readonly name = 'CapacityNotAvailableError';
  /** Every interval that doesn't fit, and only those, in the order of the request. */
  readonly intervals: readonly CapacityShortfall[];

  constructor(answer: FailedAnswer) {
    const { intervals = [] } = answer.body as Partial<CapacityNotAvailableProblem>;
    super(answer, summaryOf(intervals));
    this.intervals = intervals;
  }
}

function summaryOf(intervals: readonly CapacityShortfall[]): string | undefined {
  const [first] = intervals;
  if (first === undefined) return undefined;
  const { startsAt, requestedGb, reservableGb } = first;
  const others = intervals.length === 1 ? '' : ` (the first of ${intervals.length})`;
  return `${startsAt} has ${reservableGb} of ${requestedGb} GB${others}`;
}

/** 409 `reservation_not_active`: the hold was committed or released, and can't be committed, released or extended. */
export class HoldNotActiveError extends ConflictError {
  override readonly name: string = 'HoldNotActiveError';
}

/** 409 `reservation_expired`: the hold's TTL has passed, and its credits are the customer's again. */
export class HoldExpiredError extends HoldNotActiveError {
  override readonly name = 'HoldExpiredError';
}

/** 409 `payment_already_credited`: this payment was credited to the customer before, with other content. */
export class PaymentAlreadyCreditedError extends ConflictError {
  override readonly name = 'PaymentAlreadyCreditedError';
}

/** 409 `event_id_conflict`: an event of this id was recorded in the last 24 hours, with another metric or other units. */
export class EventIdConflictError extends ConflictError {
  override readonly name = 'EventIdConflictError';
}

/**
 * 410 `events_gone`: the history of events doesn't reach as far back as was asked for. What was missed can't be had any
 * more; `after: error.oldest - 1` goes on with everything that there is.
 *
 * @example
 * ```ts
 * if (error instanceof EventsGoneError) return follow({ after: error.oldest - 1 });
 * ```
 */
export class EventsGoneError extends ApiError {
  override readonly name = 'EventsGoneError';

  /** The smallest number from which the history has every event. */
  get oldest(): number {
    return (this.body as EventsGoneProblem).oldest;
  }
}

/** 422 `no_metering_rule`: the metric is unknown, or has no active rule that says what a unit costs. */
export class NoMeteringRuleError extends ApiError {
  override readonly name = 'NoMeteringRuleError';
}

/**
 * 429: a limit of the tenant's tier, or of the API key, is reached. Nothing was done; `retryAfterSeconds` says when to
 * come back. What the body says of the limit is null when the answer is not the server's, but a proxy's.
 *
 * @example
 * ```ts
 * if (error instanceof RateLimitError) {
 *   console.log(error.limit, error.limitType, 'are reached; more in', error.retryAfterSeconds, 'seconds');
 * }
 * ```
 */
export class RateLimitError extends ApiError {
  override readonly name = 'RateLimitError';
  /** False for API keys: they make room only if one is revoked or expires. */
  override readonly retryable: boolean;
  /** From `Retry-After`, or from the body where the header can't be read. */
  override readonly retryAfterSeconds: number | null;
  /** The tenant's tier. */
  readonly tier: string | null;
  /** How many there may be: of requests in the minute or the day, of locks, or of API keys. */
  readonly limit: number | null;
  readonly limitType: LimitType | null;
  /** Whether a higher tier would allow more. */
  readonly upgradeRequired: boolean;

  constructor(answer: FailedAnswer) {
    super(answer);
    const { tier, limit, limitType, retryAfterSeconds, upgradeRequired } = readAccessProblem(answer.body);
    this.retryable = limitType !== 'apiKeys';
    this.retryAfterSeconds = readRetryAfterSeconds(answer.headers) ?? retryAfterSeconds;
    this.tier = tier;
    this.limit = limit;
    this.limitType = limitType;
    this.upgradeRequired = upgradeRequired;
  }
}

/** 500: the server failed. */
export class InternalServerError extends ApiError {
  override readonly name = 'InternalServerError';
}

/** 503: the server can't serve just now. */
export class UnavailableError extends ApiError {
  override readonly name = 'UnavailableError';
}

type ApiErrorClass = new (answer: FailedAnswer) => ApiError;

/** By code where there is a class for it, else by status. */
const errorClasses = new Map<string | number | undefined, ApiErrorClass>([
  ['wrong_release_token', WrongReleaseTokenError],
  ['tenant_suspended', TenantSuspendedError],
  ['idempotency_key_conflict', IdempotencyKeyConflictError],
  ['capacity_not_available', CapacityNotAvailableError],
  ['insufficient_credits', InsufficientCreditsError],
  ['reservation_not_active', HoldNotActiveError],
  ['reservation_expired', HoldExpiredError],
  ['payment_already_credited', PaymentAlreadyCreditedError],
  ['event_id_conflict', EventIdConflictError],
  ['events_gone', EventsGoneError],
  ['no_metering_rule', NoMeteringRuleError],
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [429, RateLimitError],
  [500, InternalServerError],
  [503, UnavailableError],
]);

/** The error for an answer, of the class that fits it best. */
export function toApiError(answer: FailedAnswer): ApiError {
  const ErrorClass = errorClasses.get(readProblem(answer.body).code) ?? errorClasses.get(answer.status) ?? ApiError;
  return new ErrorClass(answer);
}
