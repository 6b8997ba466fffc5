import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

import type { WireRequest } from '@holdfast/gateway';

/** The text of a body, or why there is none: the client went away in the middle of it, or it isn't UTF-8. */
export type Body = WireRequest['body'] | 'aborted' | { readonly notUtf8: true };

const tooLarge = { tooLarge: true } as const;
const notUtf8 = { notUtf8: true } as const;

/** Reads a request's body. What is beyond `maxBytes` is never kept: Node takes it off the wire and drops it. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> | Body {
  const { 'content-length': length, 'transfer-encoding': transferEncoding } = request.headers;
  if (transferEncoding === undefined && (length === undefined || length === '0')) return '';
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
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}

function decode(chunks: readonly Buffer[]): Body {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  return isUtf8(bytes) ? bytes.toString() : notUtf8;
}
