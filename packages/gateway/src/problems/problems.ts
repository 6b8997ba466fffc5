import type { FieldFault, Refusal } from '@holdfast/engine';

import { shorten } from '../shorten.ts';

/** Everything that can be wrong with a request: refusals by rules, and faults found before any rule. */
export type Problem =
  | Refusal
  | { readonly code: PlainCode; readonly message: string }
  | { readonly code: 'method_not_allowed'; readonly message: string; readonly allow: readonly string[] };

type InvalidRequest = Extract<Refusal, { readonly code: 'invalid_request' }>;

type PlainCode =
  | 'unauthorized'
  | 'request_timeout'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'expectation_failed'
  | 'headers_too_large'
  | 'not_implemented'
  | 'internal_error';

/** The one table from codes to statuses. */
export const statusOf: Readonly<Record<Problem['code'], number>> = {
  invalid_request: 400,
  unauthorized: 401,
  insufficient_credits: 402,
  wrong_release_token: 403,
  forbidden: 403,
  tenant_suspended: 403,
  upgrade_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  resource_held: 409,
  reservation_not_active: 409,
  reservation_expired: 409,
  idempotency_key_conflict: 409,
  payment_already_credited: 409,
  event_id_conflict: 409,
  capacity_not_available: 409,
  events_gone: 410,
  body_too_large: 413,
  unsupported_media_type: 415,
  expectation_failed: 417,
  no_metering_rule: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  not_implemented: 501,
  unavailable: 503,
};

export function headersOf(problem: Problem): Readonly<Record<string, string>> {
  if (problem.code === 'method_not_allowed') return { Allow: problem.allow.join(', ') };
  if (problem.code === 'unavailable' || problem.code === 'rate_limited')
    return { 'Retry-After': String(problem.retryAfterSeconds) };
  return {};
}

/** The most faults in one answer: enough to fix a request, too few to turn a small request into a large answer. */
const mostDetails = 20;

/** The most characters repeated of a field's name: an unknown member can be as long as a body. */
const longestField = 512;

/** A 400 with the faulty fields, once as a sentence and once for programs. */
export function invalidRequestProblem(faults: readonly FieldFault[]): Problem {
  const details = faults
    .slice(0, mostDetails)
    .map((fault) => ({ ...fault, field: shorten(fault.field, longestField) }));
  const sentences = details.map((fault) => `${fault.field} ${fault.message}`);
  // The search stopped there, so their number is unknown.
  if (faults.length > mostDetails) sentences.push('and more faults');
  return { code: 'invalid_request', message: `${sentences.join('; ')}.`, details };
}

/** An operation's faults, bounded like those found before it. */
export function shortenInvalidRequest(refusal: InvalidRequest): Problem {
  return refusal.details.length > mostDetails ? invalidRequestProblem(refusal.details) : refusal;
}
