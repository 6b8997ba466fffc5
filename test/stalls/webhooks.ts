import type { IssuedWebhookEndpoint, EventPage, WebhookDeliveryPage } from '@holdfast/contract';

import { inParallel, largeMetadata } from './heavy-request.ts';
import type { HeavyFamily, HeavyRequest } from './heavy-request.ts';

const most = { endpoints: 20, events: 1_000 };

/** As much as there may be of everything; nobody is there. */
const largest = {
  url: `http://127.0.0.1:65535/${'u'.repeat(2_000)}`,
  types: ['RESERVED', 'credits.*', 'key.*', 'capacity.*', 'tenant.*', 'tier.*', 'limit.*', 'reservation.*'],
  description: 'd'.repeat(256),
  headers: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`X-Header-${index}`, 'h'.repeat(1_024)])),
};

/** Of endpoints, the first of which has everything that there is sent, and is disabled by now. */
const ids: string[] = [];
const first = () => ({ id: ids[0]! });
const another = (number: number) => ({ id: ids[1 + (number % (ids.length - 1))]! });
let deliveryId = '';
let lastNumber = 0;

/** Ten gates that each block 99 names of their own. */
const gates = Array.from({ length: 10 }, (_, gate) => `told-gate-${gate}`);

const requests: readonly HeavyRequest[] = [
  { operationId: 'createWebhookEndpoint', what: 'one more', status: 409, of: () => ({ body: largest }) },
  { operationId: 'listWebhookEndpoints', what: 'all, and large', status: 200, of: () => ({ query: { limit: '100' } }) },
  { operationId: 'getWebhookEndpoint', what: 'a large one', status: 200, of: () => ({ path: first() }) },
  {
    operationId: 'updateWebhookEndpoint',
    what: 'everything',
    status: 200,
    of: (number) => ({ path: another(number), body: { ...largest, enabled: false } }),
  },
  {
    operationId: 'rotateWebhookSecret',
    what: 'one',
    status: 200,
    of: (number) => ({ path: another(number), body: {} }),
  },
  {
    operationId: 'updateTenantConfig',
    what: 'a long URL',
    status: 200,
    of: () => ({ path: { id: 'default' }, body: { webhook_url: largest.url } }),
  },
  { operationId: 'testWebhookEndpoint', what: 'nobody is there', status: 200, of: () => ({ path: first() }) },
  {
    operationId: 'listWebhookDeliveries',
    what: 'a page of 1,000',
    status: 200,
    of: () => ({ path: first(), query: { limit: '100' } }),
  },
  {
    operationId: 'retryWebhookDelivery',
    what: 'the oldest',
    status: 200,
    of: () => ({ path: { ...first(), delivery_id: deliveryId } }),
  },
  {
    operationId: 'replayWebhookEvents',
    what: '1,000 events',
    status: 200,
    of: () => ({ path: first(), body: { after: 0 } }),
  },
  {
    operationId: 'streamEvents',
    what: '1,000 events with large metadata',
    status: 200,
    of: () => ({ query: { after: String(lastNumber - most.events) } }),
    readUntil: () => `id: ${lastNumber}\n`,
  },
  {
    operationId: 'reserve',
    what: '1,000 events in one commit, which an endpoint is told of',
    status: 200,
    of: () => ({ body: gates.map((resource) => ({ requester: 'a', resource, ttlSeconds: 1 })) }),
  },
  {
    operationId: 'deleteWebhookEndpoint',
    what: 'one that there is not',
    status: 404,
    of: () => ({ path: { id: 'none' } }),
  },
];

export const webhooks: HeavyFamily = {
  name: 'webhooks',
  async prepare(send) {
    await inParallel(most.endpoints, async () => {
      const body = { ...largest, types: ids.length === 0 ? null : ['limit.reached'] };
      const created = await send({ operationId: 'createWebhookEndpoint', body });
      ids.push((JSON.parse(created) as IssuedWebhookEndpoint).id);
    });
    // In ten commits, each of a hundred events.
    await inParallel(most.events / 100, async (number) => {
      const items = Array.from({ length: 100 }, (_, index) => ({
        requester: 'a',
        resource: `told-${number}-${index}`,
        metadata: largeMetadata,
      }));
      await send({ operationId: 'reserve', body: items });
    });
    const newest = await send({ operationId: 'listEventHistory', query: { limit: '1' } });
    lastNumber = (JSON.parse(newest) as EventPage).events[0]!.number;
    const definitions = gates.map((name) => ({ name, blocks: Array.from({ length: 99 }, (_, b) => `${name}-${b}`) }));
    await send({ operationId: 'registerResources', body: definitions });
    const query = { limit: '100' };
    for (let count = 0; count === 0;) {
      const page = await send({ operationId: 'listWebhookDeliveries', path: first(), query });
      const { data } = JSON.parse(page) as WebhookDeliveryPage;
      deliveryId = data.at(-1)?.id ?? '';
      count = data.length;
    }
  },
  requests,
};
