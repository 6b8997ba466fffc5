import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
}

/** A receiver of webhooks on this machine, which answers 204 to everything. It reads no signatures. */
export async function startWebhookReceiver(
  onDelivery: (body: string, webhookId: string) => void,
): Promise<WebhookReceiver> {
  const server = createServer(async (request, response) => {
    onDelivery(await text(request), String(request.headers['webhook-id']));
    response.writeHead(204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
