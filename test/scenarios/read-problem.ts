import type { WireAnswer } from '../targets/describe-targets.ts';

/** What a problem says, in whatever shape its family gives it. */
export interface ReadProblem {
  readonly status: number;
  /** With underscores, and the same in all families. */
  readonly code: string;
  readonly message: string;
  /** Of a 400; none where it is a sentence. */
  readonly faults: readonly ReadFault[];
}

interface ReadFault {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** Reads a problem. That its shape is the one of its family, the contract check of each answer sees to. */
export function readProblem({ status, headers, json, text }: WireAnswer): ReadProblem {
  const mediaType = headers.get('Content-Type')?.split(';')[0];
  if (mediaType === 'text/plain') return { status, code: 'invalid_request', message: text, faults: [] };
  if (mediaType === 'application/problem+json') return { status, ...fromProblemJson(json as ProblemJson) };
  return { status, ...fromErrorBody(json as ErrorBody) };
}

interface ErrorBody {
  readonly error?: string;
  readonly message?: string;
  readonly details?: readonly ReadFault[];
}

function fromErrorBody(body: ErrorBody | undefined) {
  return { code: body?.error ?? 'none', message: body?.message ?? '', faults: body?.details ?? [] };
}

interface ProblemJson {
  readonly type: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly rule: string; readonly detail: string }[];
}

function fromProblemJson({ type, detail, errors = [] }: ProblemJson) {
  const code = type.slice(type.lastIndexOf('/') + 1).replaceAll('-', '_');
  return {
    code: code === 'validation_failed' ? 'invalid_request' : code,
    message: detail,
    faults: errors.map((error) => ({ field: error.pointer, rule: error.rule, message: error.detail })),
  };
}
