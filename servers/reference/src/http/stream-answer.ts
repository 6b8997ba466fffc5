import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { WireAnswer } from '@holdfast/gateway';

import { systemErrorCode } from '../start-error.ts';

/** An answer whose body streams. */
export interface StreamedAnswer extends WireAnswer {
  readonly body: ReadableStream<Uint8Array>;
}

/**
 * Sends a body as it comes, and no faster than the client takes it. Resolves when it has ended, or the client has gone:
 * then nobody reads it any more, and it is cancelled.
 */
export async function streamAnswer(
  response: ServerResponse,
  { status, headers, body }: StreamedAnswer,
  { isLast = false } = {},
): Promise<void> {
  response.writeHead(status, isLast ? { ...headers, Connection: 'close' } : headers);
  if (response.req.method === 'HEAD') {
    response.end();
    return body.cancel();
  }
  // Sends the headers at once, before the first chunk.
  response.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(body), response);
  } catch (error) {
    if (systemErrorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
