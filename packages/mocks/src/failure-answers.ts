import { requestValidators } from '@holdfast/contract';
import type { CapacityShortfall, RenewResult, UnreserveResult } from '@holdfast/contract';
import type { FieldFault, Refusal } from '@holdfast/engine';
import { bodyTooLarge, chooseRequestId, internalError, notJson, unauthorized, unavailable } from '@holdfast/gateway';
import type { Gateway, Problem, WireAnswer, WireRequest } from '@holdfast/gateway';

import type { Failure } from './failures.ts';

/** What a client gets instead of an answer when its connection fails. */
export type NetworkError = 'networkError';

interface Answerer {
  readonly gateway: Gateway;
  readonly newRequestId: () => string;
}

type ConflictCode = 'resource_held' | 'reservation_not_active' | 'conflict' | 'idempotency_key_conflict';

/** What is refused because there isn't enough capacity. */
const capacityRequests: readonly string[] = ['reserveCapacity', 'quoteCapacity'];

/** What is refused because a key is no admin's. */
const adminRequests: readonly string[] = ['getCapacityLimits', 'updateCapacityLimits'];

/** What is mostly in an operation's way when it answers 409; for the others that is a conflict of idempotency keys. */
const conflicts: Readonly<Record<string, ConflictCode>> = {
  registerResources: 'resource_held',
  deleteDefinition: 'resource_held',
  commitHold: 'reservation_not_active',
  releaseHold: 'reservation_not_active',
  extendHold: 'reservation_not_active',
  createCustomer: 'conflict',
  createMetric: 'conflict',
};

const message = 'The mock was told to fail like this.';
const failNextFault: FieldFault = {
  field: 'request',
  rule: 'failNext',
  message: 'failed because the mock was told so',
};

/** What a client gets for a failure that a test asked for: the gateway's own answer to what could be the reason. */
export function answerFailure(
  { status, retryAfterSeconds }: Failure,
  operationId: string,
  request: WireRequest,
  { gateway, newRequestId }: Answerer,
): WireAnswer | NetworkError {
  if (status === 'network') return 'networkError';
  const asked = { path: request.path, requestId: chooseRequestId(request.header('X-Request-Id'), newRequestId) };
  const refusal = toRefusal(status, operationId, request);
  if (refusal !== undefined) return gateway.answerRefusal(refusal, asked);
  const problem = toProblem(status, operationId, asked.requestId);
  const answer = gateway.answerProblem(problem, asked);
  if (retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
}

/** Undefined for statuses that no rule answers with. */
function toRefusal(status: number, operationId: string, request: WireRequest): Refusal | undefined {
  switch (status) {
    case 400:
      return { code: 'invalid_request', message, details: [failNextFault] };
    case 402:
      return { code: 'insufficient_credits', message: 'Insufficient credits for reservation.' };
    case 403:
      if (adminRequests.includes(operationId)) return { code: 'forbidden', message };
      return { code: 'wrong_release_token', message, results: toResults(operationId, request) };
    case 404:
      return { code: 'not_found', message };
    case 409:
      if (capacityRequests.includes(operationId)) {
        return { code: 'capacity_not_available', message, intervals: toShortfall(operationId, request) };
      }
      return { code: conflicts[operationId] ?? 'idempotency_key_conflict', message };
    case 422:
      return { code: 'no_metering_rule', message };
    default:
      return undefined;
  }
}

function toProblem(status: number, operationId: string, requestId: string): Problem {
  switch (status) {
    case 401:
      return unauthorized;
    case 413:
      return bodyTooLarge;
    case 415:
      return notJson(undefined);
    case 500:
      return internalError(requestId);
    case 503:
      return unavailable;
    default:
      throw new Error(`The contract promises ${status} for ${operationId}, but the mock can't answer with it yet.`);
  }
}

/** A 403 says of each item what became of it. */
function toResults(operationId: string, { body }: WireRequest): readonly (UnreserveResult | RenewResult)[] {
  return readItems(parse(body)).map(({ resource, requester }) => {
    const refusal = { resource, requester, status: 'DOESNT_OWN_RESERVATION', explanation: message } as const;
    if (operationId === 'unreserve') return { ...refusal, released: null };
    return { ...refusal, releaseToken: null, fencingToken: null, expiresAt: null };
  });
}

/**
 * A shortfall says of each interval that there is none left of it, and of some interval if the request names none. To a
 * reservation it says that somebody else was faster, which never happens by itself here.
 */
function toShortfall(operationId: string, { body }: WireRequest): readonly CapacityShortfall[] {
  const request = parse(body);
  const intervals = requestValidators.reserveCapacity.body(request) ? request.intervals : [anyInterval];
  return intervals.map(({ startsAt, capacityGb }) => ({
    startsAt: startsAt.replace('+00:00', 'Z'),
    requestedGb: capacityGb,
    reservableGb: 0,
    reason: operationId === 'reserveCapacity' ? 'concurrent_write' : 'insufficient_capacity',
  }));
}

const anyInterval = { startsAt: '2026-01-01T00:00:00Z', capacityGb: 4 };

/** A body that nobody has checked. */
function parse(body: WireRequest['body']): unknown {
  try {
    return typeof body === 'string' ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

function readItems(items: unknown): readonly { readonly resource: string; readonly requester: string }[] {
  if (!Array.isArray(items)) return [];
  return items.map((item) => ({ resource: String(item?.resource), requester: String(item?.requester) }));
}
