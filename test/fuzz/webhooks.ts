import { setTimeout as delay } from 'node:timers/promises';

import type { IssuedWebhookEndpoint, OperationId, WebhookDeliveryPage } from '@holdfast/contract';

import type { Call, Family, KnownThings, RuleBeyondSchema } from './family.ts';

const withUrl: readonly OperationId[] = ['createWebhookEndpoint', 'updateWebhookEndpoint', 'updateTenantConfig'];

const rules: readonly (readonly [operationIds: readonly OperationId[], field: string, rule: string, reason: string])[] =
  [
    [
      ['listWebhookEndpoints', 'listWebhookDeliveries'],
      'query\\.cursor',
      'cursor',
      'A cursor is one that an earlier page of the same list gave out; an invented one is refused.',
    ],
    ...['format', 'scheme', 'credentials', 'fragment', 'port', 'address'].map(
      (rule) => [withUrl, '/(?:webhook_)?url', rule, 'A pattern can’t tell what is a URL that may be asked.'] as const,
    ),
    [['updateTenantConfig'], '/webhook_secret', 'format', 'A pattern can’t count bytes in base64.'],
    ...['not', 'uniqueItems'].map(
      (rule) =>
        [
          withUrl,
          '/headers/[\\w-]+',
          rule,
          'Some headers are those of every request, and none is given twice.',
        ] as const,
    ),
    [['replayWebhookEvents'], '/after', 'oneOf', 'Exactly one of the two says which events.'],
    [['replayWebhookEvents'], '/to', 'not', '`to` is there only beside `from`.'],
    [['replayWebhookEvents'], '/to', 'after', '`to` must be later than `from`.'],
  ];

export const webhooks: Family = {
  rulesBeyondSchema: rules.map(([operationIds, field, rule, reason]): RuleBeyondSchema => {
    return { operationIds, field, rule, reason };
  }),
  stateStatuses: [],
  plant,
};

/** Nobody is there: what is sent is refused at once. */
const url = 'https://127.0.0.1:65535/';
const id = '[A-Za-z0-9_-]{1,64}';

/** There may be twenty, so what deletes them has some of its own, and whoever creates one more must find room. */
const usesOfEndpoints: readonly (Pick<KnownThings, 'operationIds' | 'isAlways'> & { readonly count: number })[] = [
  { operationIds: ['deleteWebhookEndpoint'], isAlways: true, count: 8 },
  {
    operationIds: [
      'getWebhookEndpoint',
      'updateWebhookEndpoint',
      'rotateWebhookSecret',
      'testWebhookEndpoint',
      'listWebhookDeliveries',
      'replayWebhookEvents',
    ],
    count: 4,
  },
];

/** Endpoints, and one more that has a delivery. */
async function plant(call: Call): Promise<readonly KnownThings[]> {
  const create = async () => {
    const body = { url, types: ['limit.reached'] };
    return ((await call('POST', '/v1/webhook-endpoints', body)) as IssuedWebhookEndpoint).id;
  };
  const uses: KnownThings[] = [];
  for (const { count, ...use } of usesOfEndpoints) {
    const things = await Promise.all(Array.from({ length: count }, async () => ({ id: await create() })));
    uses.push({ ...use, forms: { id }, things });
  }
  return [...uses, await plantDelivery(call)];
}

/** Of an endpoint where nobody is, so that it is there to be sent again for as long as the fuzz takes. */
async function plantDelivery(call: Call): Promise<KnownThings> {
  const body = { url, types: ['RESERVED'] };
  const endpoint = (await call('POST', '/v1/webhook-endpoints', body)) as IssuedWebhookEndpoint;
  await call('POST', '/api/v1/Reservation/reserve', [{ requester: 'fuzz', resource: 'told to a webhook' }]);
  for (;;) {
    const page = await call('GET', `/v1/webhook-endpoints/${endpoint.id}/deliveries`);
    const [delivery] = (page as WebhookDeliveryPage).data;
    if (delivery !== undefined) {
      const things = [{ id: endpoint.id, delivery_id: delivery.id }];
      return { operationIds: ['retryWebhookDelivery'], forms: { id, delivery_id: id }, isWhole: true, things };
    }
    await delay(100);
  }
}
