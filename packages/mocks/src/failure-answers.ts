import type { RenewResult, UnreserveResult } from '@holdfast/contract';
import type { WireAnswer } from '@holdfast/gateway';

import type { Failure } from './failures.ts';
import type { MockRequest } from './mock-request.ts';
import { answerFault } from './refusals.ts';
import type { Fault } from './refusals.ts';

/** What a client gets instead of an answer when its connection fails. */
export type NetworkError = 'networkError';

/** These have locks that can be in their way; for the others 409 means a conflict of idempotency keys. */
const refusedWhileHeld: readonly string[] = ['registerResources', 'deleteDefinition'];

/** What a client gets for a failure that a test asked for. */
export async function answerFailure(
  { status, retryAfterSeconds }: Failure,
  operationId: string,
  request: MockRequest,
  newToken: () => string,
): Promise<WireAnswer | NetworkError> {
  if (status === 'network') return 'networkError';
  const answer = await answerFault(toFault(status, operationId, request), request, newToken);
  if (retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
}

const message = 'The mock was told to fail like this.';

function toFault(status: number, operationId: string, request: MockRequest): Fault {
  switch (status) {
    case 400:
      return { code: 'invalid_request', message, details: [] };
    case 401:
      return { code: 'unauthorized' };
    case 403:
      return { code: 'wrong_release_token', message, results: toResults(operationId, request) };
    case 404:
      return { code: 'not_found', message };
    case 409:
      return { code: refusedWhileHeld.includes(operationId) ? 'resource_held' : 'idempotency_key_conflict', message };
    case 413:
      return { code: 'body_too_large' };
    case 415:
      return { code: 'unsupported_media_type', mediaType: undefined };
    case 500:
      return { code: 'internal_error' };
    case 503:
      return { code: 'unavailable' };
    default:
      throw new Error(`The contract promises ${status} for ${operationId}, but the mock can't answer with it yet.`);
  }
}

/** A 403 says of each item what became of it. */
function toResults(operationId: string, { body }: MockRequest): readonly (UnreserveResult | RenewResult)[] {
  return readItems(body).map(({ resource, requester }) => {
    const refusal = { resource, requester, status: 'DOESNT_OWN_RESERVATION', explanation: message } as const;
    if (operationId === 'unreserve') return { ...refusal, released: null };
    return { ...refusal, releaseToken: null, fencingToken: null, expiresAt: null };
  });
}

/** Items of a request that nobody has checked. */
function readItems(body: MockRequest['body']): readonly { readonly resource: string; readonly requester: string }[] {
  try {
    const items: unknown = typeof body === 'string' ? JSON.parse(body) : [];
    return Array.isArray(items)
      ? items.map((item) => ({ resource: String(item?.resource), requester: String(item?.requester) }))
      : [];
  } catch {
    return [];
  }
}
