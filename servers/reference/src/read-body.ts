import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

import type { WireRequest } from '@holdfast/gateway';

import { bodyCompressed, bodyNotUtf8 } from './transport-answers.ts';
import type { TransportProblem } from './transport-answers.ts';

/** The text of a body, or why there is none; undefined if the client went away in the middle of it. */
export type Body = WireRequest['body'] | TransportProblem | undefined;

const tooLarge = { tooLarge: true } as const;

/** Reads a request's body. What is beyond `maxBytes` is never kept: Node takes it off the wire and drops it. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> | Body {
  const { 'content-length': length, 'transfer-encoding': transferEncoding } = request.headers;
  if (transferEncoding === undefined && (length === undefined || length === '0')) return '';
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity') return bodyCompressed;
  if (Number(length) > maxBytes) return tooLarge;
  return collect(request, maxBytes);
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        resolve(tooLarge);
      }
    });
    request.on('end', () => resolve(decode(chunks)));
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}

function decode(chunks: readonly Buffer[]): Body {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  return isUtf8(bytes) ? bytes.toString() : bodyNotUtf8;
}
