import { headerAmbiguous } from '@holdfast/gateway';
import type { Problem } from '@holdfast/gateway';

/** Problems that never reach the gateway: those of broken HTTP, and of the server's own pages. */

export const hostMissing: Problem = {
  code: 'invalid_request',
  message: 'header.Host must be given.',
  details: [{ field: 'header.Host', rule: 'required', message: 'must be given' }],
};

/** With two of them, a proxy in front of the server might use the other one. */
export const hostAmbiguous = headerAmbiguous('Host');

export const transferCodingUnknown: Problem = {
  code: 'not_implemented',
  message: 'header.Transfer-Encoding must be chunked and nothing else, or absent.',
};

export const expectationUnknown: Problem = {
  code: 'expectation_failed',
  message: 'header.Expect must be 100-continue.',
};

export const requestMalformed: Problem = {
  code: 'invalid_request',
  message: 'This is not a well-formed HTTP request.',
  details: [{ field: 'request', rule: 'http', message: 'must be well-formed HTTP' }],
};

export const requestLate: Problem = { code: 'request_timeout', message: 'The request did not arrive in time.' };

export const metricsTokenWrong: Problem = {
  code: 'unauthorized',
  message: 'header.Authorization must be Bearer and the token of HOLDFAST_METRICS_TOKEN.',
};

export const onlyMetrics: Problem = { code: 'not_found', message: 'This port has nothing but /metrics.' };

export function headersTooLarge(mostBytes: number): Problem {
  return { code: 'headers_too_large', message: `The header fields are longer than ${mostBytes} bytes together.` };
}

export function onlyGet(path: string): Problem {
  return { code: 'method_not_allowed', message: `${path} can only be asked with GET.`, allow: ['GET', 'HEAD'] };
}

export function onlyPost(path: string): Problem {
  return { code: 'method_not_allowed', message: `${path} can only be asked with POST.`, allow: ['POST'] };
}
