import type { HeavyRequest, Send } from './heavy-request.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { Longest } from './turn-probe.ts';

/** No two requests of a run have one number. */
let lastNumber = 0;

/** Sends so many requests of a kind at once, and resolves to the longest turn of the server's event loop meanwhile. */
export function measureRequests(
  server: MeasuredServer,
  send: Send,
  request: HeavyRequest,
  atOnce: number,
): Promise<Longest> {
  const { operationId, status, of, readUntil } = request;
  return server.measure(async () => {
    const until = readUntil?.();
    const sendOne = () => send({ operationId, ...of((lastNumber += 1)) }, status, until);
    await Promise.all(Array.from({ length: atOnce }, sendOne));
  });
}

/** The server's own pages, which nobody needs a key for. */
export const pages = ['/docs', '/openapi.json', '/metrics', '/readyz', '/healthz', '/nothing'];

export function measurePage({ url, measure }: MeasuredServer, path: string, atOnce: number): Promise<Longest> {
  return measure(async () => {
    await Promise.all(Array.from({ length: atOnce }, async () => (await fetch(url + path)).arrayBuffer()));
  });
}
