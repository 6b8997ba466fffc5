import { invalidRequestProblem } from './problems.ts';
import type { Problem } from './problems.ts';

/** Problems read the same in the gateway, a transport, and a mock that is told to fail. */

export const unauthorized: Problem = {
  code: 'unauthorized',
  message: 'header.X-API-Key must hold a valid API key, or header.Authorization must be Bearer and the key.',
};

/** The API key is valid, and hasn't the scope that the operation needs. */
export function scopeMissing(scope: string): Problem {
  return { code: 'forbidden', message: `This API key lacks the scope ${scope}.`, scope };
}

export const bodyTooLarge: Problem = {
  code: 'body_too_large',
  message: 'The body is longer than this server accepts.',
};

export const bodyCompressed: Problem = {
  code: 'unsupported_media_type',
  message: 'header.Content-Encoding must be absent: bodies are read as they are, not compressed.',
};

/** @param mediaType - What was given instead of JSON; undefined for nothing. */
export function notJson(mediaType: string | undefined): Problem {
  const message = `header.Content-Type must be application/json, but is ${mediaType ?? 'missing'}.`;
  return { code: 'unsupported_media_type', message };
}

/** A header with two values; also for the transport's own headers. */
export function headerAmbiguous(name: string): Problem {
  return invalidRequestProblem([{ field: `header.${name}`, rule: 'uniqueItems', message: 'must be given once' }]);
}

/** The `Retry-After` while the store is unavailable. */
const retryAfterSeconds = 1;

export const unavailable: Problem = {
  code: 'unavailable',
  message: 'The server is too busy, or its store is out of reach. Try again, with the same idempotency key.',
  retryAfterSeconds,
};

/** The client learns only the request's id, to find it in the log. */
export function internalError(requestId: string): Problem {
  const message = `Something went wrong that nobody foresaw; the log of the server has it under ${requestId}.`;
  return { code: 'internal_error', message };
}
