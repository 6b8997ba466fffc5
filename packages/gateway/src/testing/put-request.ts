import { createCaller } from '@holdfast/engine';
import type { Answer, ServiceRequest } from '@holdfast/engine';

import { Gateway } from '../gateway.ts';
import type { GatewayAnswer } from '../gateway.ts';
import { admitKnown } from '../known-callers.ts';
import type { TextAnswer, WireRequest } from '../wire.ts';

const caller = createCaller({ tenantId: 't', environment: 'live', apiKeyLabel: 'k' });

export interface Setup {
  readonly request: Partial<Omit<WireRequest, 'header'>> & {
    readonly headers?: Readonly<Record<string, string | undefined>>;
    /** Headers sent more than once, by lower-case name, if the transport can tell. */
    readonly twice?: Readonly<Record<string, readonly string[]>>;
  };
  readonly problemTypeBase?: string;
  nextTurn?(): Promise<void>;
  call?(request: ServiceRequest): Promise<Answer<unknown>>;
}

export interface Seen extends Pick<GatewayAnswer, 'operationId' | 'isDecided'> {
  /** Without a body if that streams. */
  readonly answer: TextAnswer;
  readonly stream: ReadableStream<Uint8Array> | undefined;
  /** What the service was asked. */
  readonly asked: readonly ServiceRequest[];
  readonly errors: readonly unknown[];
}

/** Puts one request through a gateway whose service does as told. */
export async function put({ request, problemTypeBase, nextTurn, call }: Setup): Promise<Seen> {
  const asked: ServiceRequest[] = [];
  const errors: unknown[] = [];
  const service = {
    call(serviceRequest: ServiceRequest) {
      asked.push(serviceRequest);
      return (
        call?.(serviceRequest) ?? Promise.resolve({ outcome: { ok: true as const, value: [] }, isReplayed: false })
      );
    },
  };
  const gateway = new Gateway({
    service,
    environment: { sha256: (text) => text, newToken: () => 'new-request-id' },
    access: admitKnown((apiKey) => (apiKey === 'key' ? caller : undefined)),
    onError: (error) => errors.push(error),
    ...(problemTypeBase !== undefined && { problemTypeBase }),
    ...(nextTurn !== undefined && { nextTurn }),
  });
  const { twice } = request;
  const headers: Setup['request']['headers'] = {
    'x-api-key': 'key',
    'content-type': 'application/json',
    ...request.headers,
  };
  const { body, operationId, isDecided, ...head } = await gateway.answer({
    method: 'GET',
    path: '/api/v1/Reservation',
    query: '',
    body: '',
    ...request,
    header: (name) => headers[name.toLowerCase()],
    ...(twice !== undefined && {
      headerValues(name: string) {
        const value = headers[name.toLowerCase()];
        return twice[name.toLowerCase()] ?? (value === undefined ? [] : [value]);
      },
    }),
  });
  const [text, stream] = typeof body === 'string' ? [body, undefined] : ['', body];
  return { answer: { ...head, body: text }, stream, operationId, isDecided, asked, errors };
}
