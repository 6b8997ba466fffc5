import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { RequestsInFlight } from './requests-in-flight.ts';

/**
 * Takes no more connections, waits for the answers to what was taken in, and closes the connections that are left.
 * Resolves to whether that went without cutting anybody off.
 */
export async function stopHttpServer(server: Server, inFlight: RequestsInFlight, timeoutMs: number): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timeout = new AbortController();
  const tooLate = delay(timeoutMs, false, { signal: timeout.signal }).catch(() => false);
  const isAnswered = await Promise.race([inFlight.idle().then(() => true), tooLate]);
  timeout.abort();
  // What is still connected sent no whole request, or has been answered.
  server.closeAllConnections();
  await closed;
  return isAnswered;
}
