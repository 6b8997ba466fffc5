import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { Connections } from './connections.ts';

/** Twice the time that clients have to notice, in milliseconds: by then, something keeps a connection from closing. */
const longestClosingMs = 2_000;

/**
 * Takes no more connections, waits until all accepted requests are answered, and closes the rest. Resolves to whether
 * no client was cut off.
 */
export async function stopHttpServer(server: Server, connections: Connections, timeoutMs: number): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timeout = new AbortController();
  const tooLate = delay(timeoutMs, false, { signal: timeout.signal }).catch(() => false);
  const isAnswered = await Promise.race([connections.idle().then(() => true), tooLate]);
  timeout.abort();
  // Clients that are still connected have sent no complete request, have been answered, or were given up.
  if (isAnswered) {
    connections.closeAll();
    await Promise.race([closed, delay(longestClosingMs, undefined, { ref: false })]);
  }
  server.closeAllConnections();
  await closed;
  return isAnswered;
}
