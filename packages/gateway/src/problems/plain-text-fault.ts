import { writeErrorBody } from './error-body.ts';
import type { ErrorShape } from './error-shape.ts';
import { describeFault } from './fault-sentence.ts';

/**
 * The shape of capacity: the first fault of a malformed request as a plain-text sentence, two conflicts with the
 * members of the published text, and all else as in named resources.
 */
export const writePlainTextFault: ErrorShape = (problem, context) => {
  const { code } = problem;
  if (code === 'invalid_request') {
    const [first] = problem.details;
    const sentence = first === undefined ? problem.message : describeFault(first);
    return { contentType: 'text/plain; charset=utf-8', body: sentence };
  }
  if (code === 'capacity_not_available') return toJson({ error: code, intervals: problem.intervals });
  if (code === 'idempotency_key_conflict') return toJson({ error: code });
  return writeErrorBody(problem, context);
};

function toJson(body: object) {
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}
