import type { IncomingMessage } from 'node:http';

import { headerValuesIn } from '@holdfast/gateway';
import type { WireRequest } from '@holdfast/gateway';

import { largestBodyBytes, toBody } from '../request-body.ts';

/** A Node request for the gateway. Rejects if the client disconnects before its body is complete. */
export async function toWireRequest(request: IncomingMessage): Promise<WireRequest> {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/iu, '') || '/';
  const mark = target.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    header: (name) => headerOf(request, name),
    headerValues: (name) => headerValuesIn(request.rawHeaders, name),
    address: request.socket.remoteAddress,
    body: toBody(await readBytes(request), request.headers['content-encoding']),
  };
}

/** The whole body, or one byte more than is accepted. */
async function readBytes(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (bytes <= largestBodyBytes) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, largestBodyBytes + 1);
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}
