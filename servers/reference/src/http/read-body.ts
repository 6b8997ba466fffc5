import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Rations } from '@holdfast/engine';
import type { UnreadBody, WireRequest } from '@holdfast/gateway';

import { continueIfAwaited } from './awaited-continue.ts';

/** Undefined if the client disconnected meanwhile. */
type Body = WireRequest['body'] | undefined;

/** The longest body, in bytes, of which the rest is read to keep a connection: about what is on its way at once. */
const longestDropped = 65_536;

const tooLarge: UnreadBody = { unread: 'tooLarge' };

/**
 * Reads the body of the request that is to be answered, and resolves when it may be handled. Bytes beyond `maxBytes` are
 * read and dropped.
 */
export function readBody(response: ServerResponse, maxBytes: number, rations: Rations): Promise<Body> | Body {
  const request = response.req;
  const { 'content-length': length, 'transfer-encoding': transferEncoding } = request.headers;
  if (transferEncoding === undefined && (length === undefined || length === '0')) return '';
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity') return { unread: 'compressed' };
  if (Number(length) > maxBytes) return tooLarge;
  continueIfAwaited(response);
  return collect(request, maxBytes, rations);
}

/**
 * Drops the body of a request that is answered without it. Returns whether the connection has to end with the answer,
 * since the rest of the body may be long.
 */
export function dropBody(request: IncomingMessage): boolean {
  request.resume();
  const { 'content-length': length = '0', 'transfer-encoding': transferEncoding } = request.headers;
  return !request.complete && (transferEncoding !== undefined || Number(length) > longestDropped);
}

function collect(request: IncomingMessage, maxBytes: number, rations: Rations): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let hasEnded = false;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        resolve(tooLarge);
      }
    });
    request.on('end', () => {
      hasEnded = true;
      if (bytes > maxBytes) return; // Settled already.
      const wait = rations.take(bytes);
      if (wait === undefined) resolve(decode(chunks));
      else void wait.then(() => resolve(decode(chunks)));
    });
    request.on('error', () => resolve(undefined));
    request.on('close', () => {
      if (!hasEnded) resolve(undefined);
    });
  });
}

function decode(chunks: readonly Buffer[]): Body {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  return isUtf8(bytes) ? bytes.toString() : { unread: 'notUtf8' };
}
