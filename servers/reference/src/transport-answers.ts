import type { WireAnswer } from '@holdfast/gateway';

/**
 * Answers to what never becomes a request that the gateway could judge: broken HTTP, bodies in another encoding, and
 * the server's own pages. They have the error shape of the contract.
 */
export interface TransportProblem {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: readonly { readonly field: string; readonly rule: string; readonly message: string }[];
}

const notUtf8 = { field: 'body', rule: 'encoding', message: 'must be UTF-8' };

export const bodyNotUtf8: TransportProblem = {
  status: 400,
  error: 'invalid_request',
  message: `${notUtf8.field} ${notUtf8.message}.`,
  details: [notUtf8],
};

export const bodyCompressed: TransportProblem = {
  status: 415,
  error: 'unsupported_media_type',
  message: 'header.Content-Encoding must be absent: bodies are read as they are, not compressed.',
};

export const hostMissing: TransportProblem = {
  status: 400,
  error: 'invalid_request',
  message: 'header.Host must be given.',
  headers: { Connection: 'close' },
  details: [{ field: 'header.Host', rule: 'required', message: 'must be given' }],
};

export const expectationUnknown: TransportProblem = {
  status: 417,
  error: 'invalid_request',
  message: 'header.Expect must be 100-continue.',
  details: [{ field: 'header.Expect', rule: 'enum', message: 'must be 100-continue' }],
};

export function onlyGet(path: string): TransportProblem {
  return {
    status: 405,
    error: 'method_not_allowed',
    message: `${path} can only be asked with GET.`,
    headers: { Allow: 'GET, HEAD' },
  };
}

export function unforeseen(requestId: string): TransportProblem {
  const message = `Something went wrong that nobody foresaw; the log of the server has it under ${requestId}.`;
  return { status: 500, error: 'internal_error', message };
}

export function toAnswer(problem: TransportProblem, requestId: string): WireAnswer {
  const { status, error, message, details } = problem;
  return {
    status,
    headers: {
      'X-Request-Id': requestId,
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      ...problem.headers,
    },
    body: JSON.stringify({ error, message, requestId, ...(details && { details }) }),
  };
}
