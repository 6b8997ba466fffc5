import type { FieldFault, RateLimited } from '@holdfast/engine';

import type { ErrorShape } from './error-shape.ts';
import type { Problem } from './problems.ts';

/** The shape of named resources: `{error, message, requestId}`, and the problem's own members. */
export const writeErrorBody: ErrorShape = (problem, { requestId }) => {
  const { code, message } = problem;
  const body = { error: code, message, ...(requestId !== undefined && { requestId }), ...membersOf(problem) };
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) };
};

function membersOf(problem: Problem): object {
  if (problem.code === 'invalid_request') return { details: problem.details.map(toDetail) };
  if (problem.code === 'wrong_release_token') return { results: problem.results };
  if (problem.code === 'forbidden') return { scope: problem.scope };
  if (problem.code === 'events_gone') return { oldest: problem.oldest };
  if (problem.code === 'upgrade_required') return { upgradeRequired: true };
  if (problem.code === 'rate_limited') return toLimit(problem);
  return {};
}

function toLimit({ tier, limit, limitType, retryAfterSeconds, upgradeRequired }: RateLimited) {
  return { tier, limit, limitType, retryAfter: retryAfterSeconds, upgradeRequired };
}

/** Without the value sent: the published text has no member for it. */
function toDetail({ field, rule, message }: FieldFault) {
  return { field, rule, message };
}
