import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { WireAnswer } from '@holdfast/gateway';

/** Sends an answer. Rejects when its body streams and breaks off, or the client goes away before its end. */
export async function sendAnswer(response: ServerResponse, { status, headers, body }: WireAnswer): Promise<void> {
  response.writeHead(status, headers);
  if (typeof body === 'string') return void response.end(body);
  response.flushHeaders();
  if (response.req.method !== 'HEAD') return pipeline(Readable.fromWeb(body), response);
  response.end();
  await body.cancel();
}
