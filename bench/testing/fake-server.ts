import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SeenRequest {
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly body: unknown;
}

export interface FakeAnswer {
  readonly status: number;
  /** What isn't a text goes out as JSON. */
  readonly body: unknown;
}

export interface FakeServer extends AsyncDisposable {
  readonly url: string;
  /** All requests so far. */
  readonly seen: readonly SeenRequest[];
}

/** A server that gives whatever answers a test wants. */
export async function startFakeServer(answer: (request: SeenRequest) => FakeAnswer): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const { url: path = '', headers } = request;
    const sent = await text(request);
    const key = headers['idempotency-key']?.toString();
    const one = { path, idempotencyKey: key, body: sent === '' ? undefined : (JSON.parse(sent) as unknown) };
    seen.push(one);
    const { status, body } = answer(one);
    const answered = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(answered) }).end(answered);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: close };
}
