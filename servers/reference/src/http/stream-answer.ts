import type { ServerResponse } from 'node:http';

import { Rations } from '@holdfast/engine';
import type { WireAnswer } from '@holdfast/gateway';

import { unfetchedAnswers } from './unfetched-answers.ts';

/** An answer whose body streams. */
export interface StreamedAnswer extends WireAnswer {
  readonly body: ReadableStream<Uint8Array>;
}

/** Pieces that are written in one turn of the event loop: an event may be for a thousand streams at once. */
const turns = new Rations(setImmediate, 64);

/** Proxies pass each piece on at once, and as it is. */
const streamHeaders = { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' };

/**
 * Sends a body as it comes, and no faster than the client takes it; one that takes nothing for too long loses its
 * connection. Resolves when the body has ended, or the client has gone: then nobody reads it any more, and it is
 * cancelled.
 *
 * It reads by itself, because Node's `Readable.fromWeb` costs twice the memory and half as much time again.
 */
export async function streamAnswer(
  response: ServerResponse,
  { status, headers, body }: StreamedAnswer,
  { isLast = false, unfetched = unfetchedAnswers } = {},
): Promise<void> {
  response.writeHead(status, { ...headers, ...streamHeaders, ...(isLast && { Connection: 'close' }) });
  if (response.req.method === 'HEAD') {
    response.end();
    return body.cancel();
  }
  // Sends the headers at once, before the first piece.
  response.flushHeaders();
  const reader = body.getReader();
  response.on('close', () => void reader.cancel().catch(() => {}));
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      await turns.take(1);
      if (response.destroyed) return;
      if (!response.write(next.value)) await unfetched.whenTaken(response);
    }
  } catch (error) {
    response.destroy();
    throw error;
  }
  if (!response.destroyed) response.end();
}
