import { operations, requestValidators } from '@holdfast/contract';
import type { CapacityShortfall, OperationId, ProblemCode, RenewResult, UnreserveResult } from '@holdfast/contract';
import type { FieldFault, RateLimited, Refusal } from '@holdfast/engine';
import {
  bodyTooLarge,
  internalError,
  notJson,
  scopeMissing,
  statusOf,
  unauthorized,
  unavailable,
} from '@holdfast/gateway';
import type { Gateway, ResolvedRequest, WireAnswer, WireRequest } from '@holdfast/gateway';

import type { Failure } from './failures.ts';

/** In place of an answer: the connection fails. */
export type NetworkError = 'networkError';

const message = 'The mock was told to fail like this.';
const failNextFault: FieldFault = {
  field: 'request',
  rule: 'failNext',
  message: 'failed because the mock was told so',
};

/** What a client gets for a failure that a test asked for: the gateway's own answer to what is mostly the reason. */
export function answerFailure(
  { status, retryAfterSeconds }: Failure,
  operationId: OperationId,
  resolved: ResolvedRequest,
  gateway: Gateway,
): WireAnswer | NetworkError {
  if (status === 'network') return 'networkError';
  const code = usualProblem(operationId, status);
  if (code === 'rate_limited')
    return gateway.answerProblem(toRateLimited(operationId, retryAfterSeconds), resolved.asked);
  const answer = answerWith(code, operationId, resolved, gateway);
  if (retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
}

/** The limit of the smallest tier, as if the minute were over soon. */
function toRateLimited(operationId: OperationId, retryAfterSeconds = 1): RateLimited {
  const figures = limitsOfFree[operations[operationId].limit];
  return { code: 'rate_limited', message, tier: 'free', ...figures, retryAfterSeconds, upgradeRequired: true };
}

/** By what a request counts as. What counts as nothing may still be one key too many. */
const limitsOfFree = {
  operation: { limit: 200, limitType: 'opsPerMinute' },
  read: { limit: 1_000, limitType: 'readsPerMinute' },
  none: { limit: 1, limitType: 'apiKeys' },
} as const;

/** Of the problems that share a status, the contract has the usual one first. */
function usualProblem(operationId: OperationId, status: number): ProblemCode {
  const problems: readonly ProblemCode[] = operations[operationId].problems;
  const usual = problems.find((code) => statusOf[code] === status);
  if (usual === undefined) throw new Error(`The contract has no problem of ${operationId} with status ${status}.`);
  return usual;
}

function answerWith(
  code: Exclude<ProblemCode, 'rate_limited'>,
  operationId: OperationId,
  { request, asked }: ResolvedRequest,
  gateway: Gateway,
): WireAnswer {
  const { scope } = operations[operationId];
  const refuse = (refusal: Refusal) => gateway.answerRefusal(refusal, asked);
  switch (code) {
    case 'unauthorized':
      return gateway.answerProblem(unauthorized, asked);
    case 'forbidden':
      // Where any scope will do, it is the address that isn't allowed.
      return scope === 'any' ? refuse({ code, message }) : gateway.answerProblem(scopeMissing(scope), asked);
    case 'body_too_large':
      return gateway.answerProblem(bodyTooLarge, asked);
    case 'unsupported_media_type':
      return gateway.answerProblem(notJson(undefined), asked);
    case 'internal_error':
      return gateway.answerProblem(internalError(asked.requestId), asked);
    case 'unavailable':
      return gateway.answerProblem(unavailable, asked);
    case 'invalid_request':
      return refuse({ code, message, details: [failNextFault] });
    case 'insufficient_credits':
      return refuse({ code, message: 'Insufficient credits for reservation.' });
    case 'events_gone':
      return refuse({ code, message, oldest: 1 });
    case 'wrong_release_token':
      return refuse({ code, message, results: toResults(operationId, request) });
    case 'capacity_not_available':
      return refuse({ code, message, intervals: toShortfall(operationId, request) });
    default:
      return refuse({ code, message });
  }
}

/** A 403 has a result for each item. */
function toResults(operationId: OperationId, { body }: WireRequest): readonly (UnreserveResult | RenewResult)[] {
  return readItems(parse(body)).map(({ resource, requester }) => {
    const refusal = { resource, requester, status: 'DOESNT_OWN_RESERVATION', explanation: message } as const;
    if (operationId === 'unreserve') return { ...refusal, released: null };
    return { ...refusal, releaseToken: null, fencingToken: null, expiresAt: null };
  });
}

/**
 * A shortfall with nothing left of each interval, or of an arbitrary one if the request names none. A reservation gets
 * `concurrent_write`, which never happens by itself here.
 */
function toShortfall(operationId: OperationId, { body }: WireRequest): readonly CapacityShortfall[] {
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

/** An unvalidated body. */
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
