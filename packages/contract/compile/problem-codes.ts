import { resolve } from './contract-document.ts';
import type { ContractDocument, JsonSchema } from './contract-document.ts';

const invalidRequest = 'invalid_request';

/**
 * The codes of the problems that a failure may be answered with, in the order of the document: the usual one first.
 *
 * @param schema - Of the body: one problem, or a choice of several.
 */
export function problemCodes(document: ContractDocument, schema: JsonSchema): string[] {
  const { oneOf = [schema] } = resolve(document, schema);
  return (oneOf as JsonSchema[]).map((problem) => codeOf(resolve(document, problem)));
}

function codeOf(problem: JsonSchema): string {
  const { error, type } = (problem['properties'] ?? {}) as Readonly<Record<string, JsonSchema | undefined>>;
  const code = error?.['const'] ?? codeIn(type?.['pattern']);
  if (typeof code === 'string') return code;
  // A sentence says what is wrong with a request, and has no place for a code.
  if (problem['type'] === 'string') return invalidRequest;
  throw new Error(`A problem has neither an error nor a type that tells it apart: ${JSON.stringify(problem)}`);
}

/** `reservation-expired$` → `reservation_expired`. One of them has another name in the published text of credits. */
function codeIn(pattern: unknown): string | undefined {
  if (pattern === 'validation-failed$') return invalidRequest;
  return typeof pattern === 'string' ? /^([a-z-]+)\$$/u.exec(pattern)?.[1]?.replaceAll('-', '_') : undefined;
}
