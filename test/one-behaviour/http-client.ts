import { Agent, request } from 'node:http';

/** An answer whose text has been taken out of it; a stream, which would never end, has none. */
export interface Received {
  readonly response: Response;
  readonly text: string;
}

export interface HttpClient {
  send(path: string, init: SendOptions): Promise<Received>;
  dispose(): void;
}

export interface SendOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Sends requests to a server. It costs a third of what `fetch` costs, where half of a sequence's time went. */
export function createHttpClient(url: string): HttpClient {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true });
  return {
    send: (path, { method, headers, body }) =>
      new Promise((resolve, reject) => {
        const sent = request({ agent, hostname, port, path, method, headers: { ...headers } }, (incoming) => {
          let text = '';
          const isStream = incoming.headers['content-type']?.startsWith('text/event-stream') === true;
          incoming.setEncoding('utf8');
          incoming.on('data', (part: string) => (text += part));
          incoming.on('error', reject);
          const onEnd = () => {
            const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]): [string, string] => {
              return [name, values.join(', ')];
            });
            resolve({ response: new Response(null, { status: incoming.statusCode ?? 0, headers }), text });
          };
          if (!isStream) return void incoming.on('end', onEnd);
          onEnd();
          incoming.destroy();
        });
        sent.on('error', reject);
        sent.end(body);
      }),
    dispose: () => agent.destroy(),
  };
}
