import type { FieldFault, RateLimited } from '@holdfast/engine';

import type { ErrorShape } from './error-shape.ts';
import { statusOf } from './problems.ts';
import type { Problem } from './problems.ts';

interface ProblemType {
  /** The end of the type's URI, which clients branch on. */
  readonly slug: string;
  readonly title: string;
}

/** The one table from codes to types. These families never refuse with other codes. */
const types: Readonly<Partial<Record<Problem['code'], ProblemType>>> = {
  invalid_request: { slug: 'validation-failed', title: 'Validation Failed' },
  unauthorized: { slug: 'unauthorized', title: 'Unauthorized' },
  insufficient_credits: { slug: 'insufficient-credits', title: 'Insufficient Credits' },
  forbidden: { slug: 'forbidden', title: 'Forbidden' },
  tenant_suspended: { slug: 'tenant-suspended', title: 'Tenant Suspended' },
  upgrade_required: { slug: 'upgrade-required', title: 'Upgrade Required' },
  not_found: { slug: 'not-found', title: 'Not Found' },
  method_not_allowed: { slug: 'method-not-allowed', title: 'Method Not Allowed' },
  request_timeout: { slug: 'request-timeout', title: 'Request Timeout' },
  conflict: { slug: 'conflict', title: 'Conflict' },
  reservation_not_active: { slug: 'reservation-not-active', title: 'Reservation Not Active' },
  reservation_expired: { slug: 'reservation-expired', title: 'Reservation Expired' },
  idempotency_key_conflict: { slug: 'idempotency-key-conflict', title: 'Idempotency Key Conflict' },
  payment_already_credited: { slug: 'payment-already-credited', title: 'Payment Already Credited' },
  event_id_conflict: { slug: 'event-id-conflict', title: 'Event Id Conflict' },
  body_too_large: { slug: 'body-too-large', title: 'Body Too Large' },
  unsupported_media_type: { slug: 'unsupported-media-type', title: 'Unsupported Media Type' },
  expectation_failed: { slug: 'expectation-failed', title: 'Expectation Failed' },
  no_metering_rule: { slug: 'no-metering-rule', title: 'No Metering Rule' },
  rate_limited: { slug: 'rate-limited', title: 'Rate Limited' },
  headers_too_large: { slug: 'headers-too-large', title: 'Headers Too Large' },
  internal_error: { slug: 'internal-error', title: 'Internal Error' },
  not_implemented: { slug: 'not-implemented', title: 'Not Implemented' },
  unavailable: { slug: 'unavailable', title: 'Unavailable' },
};

export const defaultProblemTypeBase = 'https://api.quotastack.io/errors/';

/** Whether appending a slug gives a URL. A forgotten slash would silently give nonsense. */
export function isProblemTypeBase(text: string): boolean {
  return /^https?:\/\/[^\s"<>\\]+[/#=]$/u.test(text) && URL.canParse(text);
}

/** `application/problem+json` (RFC 9457), for everything below `/v1`. The request id is only in the header. */
export const writeProblemJson: ErrorShape = (problem, { problemTypeBase }) => {
  const body = { ...describeProblem(problem, problemTypeBase), ...membersOf(problem) };
  return { contentType: 'application/problem+json', body: JSON.stringify(body) };
};

/** The members that every problem has. */
function describeProblem({ code, message }: Problem, problemTypeBase: string) {
  const type = types[code];
  if (type === undefined) throw new Error(`This family never refuses with ${code}.`);
  return { type: problemTypeBase + type.slug, title: type.title, status: statusOf[code], detail: message };
}

function membersOf(problem: Problem): object {
  if (problem.code === 'invalid_request') return { errors: problem.details.map(toFault) };
  if (problem.code === 'forbidden') return { scope: problem.scope };
  if (problem.code === 'upgrade_required') return { upgrade_required: true };
  if (problem.code === 'rate_limited') return toLimit(problem);
  return {};
}

function toLimit({ tier, limit, limitType, retryAfterSeconds, upgradeRequired }: RateLimited) {
  return { tier, limit, limit_type: limitType, retry_after: retryAfterSeconds, upgrade_required: upgradeRequired };
}

function toFault({ field, message, rule }: FieldFault) {
  return { pointer: field, detail: message, rule };
}
