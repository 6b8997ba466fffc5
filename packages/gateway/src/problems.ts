import type { FieldFault, Refusal } from '@holdfast/engine';

/** Everything that can be wrong with a request: what the rules refuse, and what never gets as far as a rule. */
export type Problem =
  | Refusal
  | { readonly code: 'unauthorized' | 'not_found' | 'unsupported_media_type' | 'body_too_large'; readonly message: string }
  | { readonly code: 'internal_error'; readonly message: string }
  | { readonly code: 'unavailable'; readonly message: string; readonly retryAfterSeconds: number }
  | { readonly code: 'method_not_allowed'; readonly message: string; readonly allow: readonly string[] };

/** The one table from codes to statuses. */
export const statusOf: Readonly<Record<Problem['code'], number>> = {
  invalid_request: 400,
  unauthorized: 401,
  wrong_release_token: 403,
  not_found: 404,
  method_not_allowed: 405,
  resource_held: 409,
  idempotency_key_conflict: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  internal_error: 500,
  unavailable: 503,
};

/** The error body of the named-resources family; without a request's id, it is the same for whoever asks. */
export function toErrorBody(problem: Problem, requestId?: string): object {
  const { code, message } = problem;
  return { error: code, message, ...(requestId === undefined ? {} : { requestId }), ...membersOf(problem) };
}

function membersOf(problem: Problem): object {
  if (problem.code === 'invalid_request') return { details: problem.details };
  if (problem.code === 'wrong_release_token') return { results: problem.results };
  return {};
}

export function headersOf(problem: Problem): Readonly<Record<string, string>> {
  if (problem.code === 'method_not_allowed') return { Allow: problem.allow.join(', ') };
  if (problem.code === 'unavailable') return { 'Retry-After': String(problem.retryAfterSeconds) };
  return {};
}

/** The most faults that one answer names: enough to mend a request, too few to make a small request a large answer. */
const mostDetails = 20;

/** The most that is repeated of a field's name, in characters: a member that nobody knows can be as long as a body. */
const longestField = 512;

/** A 400 that says what is wrong with which field, once in a sentence and once for programs. */
export function invalidRequestProblem(faults: readonly FieldFault[]): Problem {
  const details = faults.slice(0, mostDetails).map((fault) => ({ ...fault, field: shorten(fault.field) }));
  const sentences = details.map((fault) => `${fault.field} ${fault.message}`);
  if (faults.length > mostDetails) sentences.push(`and ${faults.length - mostDetails} more faults`);
  return { code: 'invalid_request', message: `${sentences.join('; ')}.`, details };
}

function shorten(field: string): string {
  if (field.length <= longestField) return field;
  return `${field.slice(0, longestField).replace(/[\ud800-\udbff]$/u, '')}…`; // Not half a character.
}
