import type { WireAnswer } from '@holdfast/gateway';

import type { BaseAddress } from './base-address.ts';
import { toBody } from './mock-request.ts';
import type { MockRequest } from './mock-request.ts';

/** A `Request` as the backend takes it, with its path below the base address. */
export async function toMockRequest(request: Request, base: BaseAddress): Promise<MockRequest> {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname.slice(base.path.length),
    query: search.slice(1),
    header: (name) => request.headers.get(name) ?? undefined,
    body: toBody(new Uint8Array(await request.arrayBuffer())),
  };
}

export function toResponse({ status, headers, body }: WireAnswer, method: string): Response {
  const hasBody = status !== 204 && method !== 'HEAD';
  return new Response(hasBody ? body : null, { status, headers: { ...headers } });
}
