import type { RenewResult, UnreserveResult } from '@holdfast/contract';
import type { Refusal } from '@holdfast/engine';
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
      return { code: 'invalid_request', message, details: [{ field: 'request', rule: 'failNext', message }] };
    case 402:
      return { code: 'insufficient_credits', message: 'Insufficient credits for reservation.' };
    case 403:
      return { code: 'wrong_release_token', message, results: toResults(operationId, request) };
    case 404:
      return { code: 'not_found', message };
    case 409:
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
  return readItems(body).map(({ resource, requester }) => {
    const refusal = { resource, requester, status: 'DOESNT_OWN_RESERVATION', explanation: message } as const;
    if (operationId === 'unreserve') return { ...refusal, released: null };
    return { ...refusal, releaseToken: null, fencingToken: null, expiresAt: null };
  });
}

/** Items of a request that nobody has checked. */
function readItems(body: WireRequest['body']): readonly { readonly resource: string; readonly requester: string }[] {
  try {
    const items: unknown = typeof body === 'string' ? JSON.parse(body) : [];
    return Array.isArray(items)
      ? items.map((item) => ({ resource: String(item?.resource), requester: String(item?.requester) }))
      : [];
  } catch {
    return [];
  }
}
