import type { ServerResponse } from 'node:http';

import type { WireAnswer } from '@holdfast/gateway';

/** Answers up to this size fit into what the system buffers for a connection, or nearly so. */
const largestUnwatchedBytes = 65_536;

/** How long a client may take to fetch a large answer, in milliseconds. */
const sendTimeoutMs = 30_000;

/** Sends an answer; `isLast` ends the connection with it. */
export function sendAnswer(response: ServerResponse, answer: WireAnswer, { isLast = false } = {}): void {
  const bytes = Buffer.byteLength(answer.body);
  const headers: Record<string, string | number> = { ...answer.headers };
  if (answer.status !== 204) headers['Content-Length'] = bytes;
  if (isLast) headers['Connection'] = 'close';
  response.writeHead(answer.status, headers);
  // Text of one byte a character is ASCII, which Node writes faster if it is told so.
  response.end(answer.body, bytes === answer.body.length ? 'latin1' : 'utf8');
  if (bytes > largestUnwatchedBytes) closeUnlessFetched(response);
}

/** An answer stays in memory until its client has fetched it, so one that doesn't loses its connection. */
function closeUnlessFetched(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), sendTimeoutMs);
  response.on('close', () => clearTimeout(timer));
}
