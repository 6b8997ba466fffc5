import type { WireAnswer, WireRequest } from '@holdfast/gateway';

import type { BaseAddress } from './base-address.ts';
import { toBody } from './request-body.ts';

/** Where requests come from that no network carries. */
const ownAddress = '127.0.0.1';

/** A `Request` for the gateway, with its path below the base address. */
export async function toWireRequest(request: Request, base: BaseAddress): Promise<WireRequest> {
  const { pathname, search } = new URL(request.url);
  const header = (name: string) => request.headers.get(name) ?? undefined;
  return {
    method: request.method,
    path: pathname.slice(base.path.length),
    query: search.slice(1),
    header,
    address: ownAddress,
    body: toBody(new Uint8Array(await request.arrayBuffer()), header('Content-Encoding')),
  };
}

/** A body that streams ends when the request is aborted. */
export function toResponse({ status, headers, body }: WireAnswer, { method, signal }: Request): Response {
  const init = { status, headers: { ...headers } };
  if (typeof body === 'string') return new Response(status === 204 || method === 'HEAD' ? null : body, init);
  if (method !== 'HEAD') return new Response(body.pipeThrough(new TransformStream(), { signal }), init);
  void body.cancel();
  return new Response(null, init);
}
