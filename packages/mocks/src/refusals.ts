import { operations } from '@holdfast/contract';
import { StoreUnavailable } from '@holdfast/engine';
import type { Caller, Environment, Refusal } from '@holdfast/engine';
import { Gateway } from '@holdfast/gateway';
import type { WireAnswer, WireRequest } from '@holdfast/gateway';

/** An answer other than success, whatever the request was. */
export type Fault =
  | Refusal
  | { readonly code: 'unauthorized' | 'body_too_large' | 'internal_error' | 'unavailable' }
  | { readonly code: 'unsupported_media_type'; readonly mediaType: string | undefined };

type Asker = Pick<WireRequest, 'header'>;

const nobody: Caller = { tenantId: '', environment: 'test', apiKeyLabel: '' };

/**
 * The contract's own answer for a fault. It is the gateway's, which is asked something that it finds nothing wrong
 * with but the fault: so statuses, bodies and headers are written in one place only, and it isn't here.
 */
export function answerFault(fault: Fault, asker: Asker, newToken: () => string): Promise<WireAnswer> {
  const gateway = new Gateway({
    environment: { newToken, sha256: () => '' } satisfies Pick<Environment, 'newToken' | 'sha256'>,
    authenticate: async () => (fault.code === 'unauthorized' ? undefined : nobody),
    service: { call: async () => ({ outcome: { ok: false, ...toRefusal(fault) }, isReplayed: false }) },
    onError: () => undefined,
  });
  return gateway.answer(toRequest(fault, asker));
}

function toRefusal(fault: Fault): Refusal {
  switch (fault.code) {
    case 'unavailable':
      throw new StoreUnavailable('The mock was told to be unavailable.');
    case 'internal_error':
    case 'unauthorized':
    case 'body_too_large':
    case 'unsupported_media_type':
      throw new Error(`The mock was told to answer with ${fault.code}.`);
    default:
      return fault;
  }
}

function toRequest(fault: Fault, asker: Asker): WireRequest {
  const headers: Readonly<Record<string, string | undefined>> = {
    'x-api-key': 'any',
    'content-type': fault.code === 'unsupported_media_type' ? fault.mediaType : 'application/json',
    'x-request-id': asker.header('X-Request-Id'),
  };
  const { method, path } = operations.reserve;
  const body =
    fault.code === 'body_too_large' ? ({ tooLarge: true } as const) : '[{"requester":"any","resource":"any"}]';
  return { method, path, query: '', body, header: (name) => headers[name.toLowerCase()] };
}
