/**
 * A receiver of webhooks. It lets in only what is signed with the endpoint's secret, stores each event once however
 * often it comes, and answers at once: whatever takes longer is done from what is stored.
 *
 * A server sends to this machine only if it is told to: `HOLDFAST_WEBHOOK_ALLOW=127.0.0.1/32 npm start`
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/webhook-receiver/main.ts
 */
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { Holdfast, verifyWebhook, WebhookVerificationError } from '@holdfast/sdk';
import type { HoldfastEvent } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const holdfast = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

/** In earnest, a table whose primary key is the webhook-id. */
const stored = new Map<string, HoldfastEvent>();
const arrivals = new EventEmitter();
let deliveries = 0;
let secret = '';

/** The status to answer with. Anything but 2xx has the server send it again, later and later, for three days. */
async function receive(request: IncomingMessage): Promise<number> {
  try {
    const event = await verifyWebhook(await text(request), request.headers, secret);
    const id = String(request.headers['webhook-id']);
    deliveries += 1;
    console.log(`${event.type}, number ${event.number}: ${stored.has(id) ? 'is stored already' : 'stored'}`);
    if (!stored.has(id)) stored.set(id, event);
    arrivals.emit('event');
    return 204;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return 400;
    throw error;
  }
}

const receiver = createServer((request, response) => {
  receive(request)
    .catch(() => 500)
    .then((status) => response.writeHead(status).end());
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/holdfast`;

const endpoint = await holdfast.webhookEndpoints.create({ url, types: ['RESERVED', 'UNRESERVED'] });
secret = endpoint.secret ?? '';

async function waitForDeliveries(count: number): Promise<void> {
  while (deliveries < count) await once(arrivals, 'event');
}

const run = `run-${Date.now()}`;
for (const job of ['job-1', 'job-2']) await holdfast.withLock(`${run}/${job}`, () => console.log(`${job} is done`));
await waitForDeliveries(4);

// Somebody who doesn't know the secret.
const forged = {
  'webhook-id': 'a',
  'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
  'webhook-signature': 'v1,AA==',
};
const { status } = await fetch(url, { method: 'POST', headers: forged, body: '{"type":"RESERVED"}' });
console.log(`Somebody else's: ${status}`);

// After a backup of the receiver was restored, say: everything since then once more.
const first = Math.min(...[...stored.values()].map(({ number }) => number));
await holdfast.webhookEndpoints.replay(endpoint.id, { after: first - 1 });
await waitForDeliveries(8);

await holdfast.webhookEndpoints.delete(endpoint.id);
receiver.close();
console.log(`${deliveries} deliveries came, and ${stored.size} events are stored, each of them once.`);
