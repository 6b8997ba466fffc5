import type { ValidRequest } from '../every-operation.ts';
import { endpointsPath, pathOf, unknownId, WebhookClient } from '../webhooks/webhook-client.ts';
import type { WebhookDelivery } from '../webhooks/webhook-client.ts';
import type { ExpectedRefusal, Family, FurtherFault, Page } from './family.ts';
import { endpointWithDelivery, newEndpoint, receivedBy } from './webhook-fixture.ts';

const url = 'https://hooks.example.com/holdfast';
const members = { types: ['credits.*', 'RESERVED'], description: 'Billing', headers: { 'X-Team': 'billing' } };

export const webhooks: Family = {
  name: 'webhooks',

  root: '/v1',

  validRequests: {
    createWebhookEndpoint: async () => post(endpointsPath, { url, ...members }),
    listWebhookEndpoints: async () => get(endpointsPath),
    getWebhookEndpoint: async (scenario) => get(pathOf(await newEndpoint(scenario))),
    updateWebhookEndpoint: async (scenario) => {
      return { method: 'PATCH', path: pathOf(await newEndpoint(scenario)), body: { url, ...members, enabled: false } };
    },
    deleteWebhookEndpoint: async (scenario) => ({ method: 'DELETE', path: pathOf(await newEndpoint(scenario)) }),
    rotateWebhookSecret: async (scenario) => {
      const path = pathOf(await newEndpoint(scenario), 'rotate-secret');
      // All that shows it is the time of the last change.
      await scenario.clock.advance({ milliseconds: 1 });
      return post(path, { overlap_seconds: 60 });
    },
    testWebhookEndpoint: async (scenario) => post(pathOf(await newEndpoint(scenario), 'test')),
    listWebhookDeliveries: async (scenario) => get(pathOf((await endpointWithDelivery(scenario)).id, 'deliveries')),
    retryWebhookDelivery: async (scenario) => {
      const { id, deliveryId } = await endpointWithDelivery(scenario);
      return post(pathOf(id, `deliveries/${deliveryId}/retry`));
    },
    // The one member that is missing can't stand beside the others.
    replayWebhookEvents: async (scenario) => {
      const { id, from, to } = await endpointWithDelivery(scenario);
      return post(pathOf(id, 'replay'), { from, to, only_dead: false });
    },
  },

  /** With all that was sent: what is tried is in no list. */
  async readEverything(scenario) {
    const client = new WebhookClient(scenario);
    const told = await endpointWithDelivery(scenario);
    const { data } = await client.list();
    // Of the one endpoint that has any: whatever was sent to another has arrived where that one's has.
    const deliveries = await client.deliveries(told);
    return [data, deliveries.map(withoutAttempts), await receivedBy(scenario)];
  },

  pages: {
    listWebhookEndpoints: async (scenario) => {
      for (let count = 0; count < 2; count += 1) await newEndpoint(scenario);
      const { pagination } = await new WebhookClient(scenario).list({ limit: 1 });
      return { list: 'endpoints', query: { limit: '1' }, nextCursor: pagination.next_cursor ?? '' };
    },
    listWebhookDeliveries: async (scenario): Promise<Page> => {
      const { id } = await endpointWithDelivery(scenario);
      const query = { limit: '1', status: 'delivered' };
      const { pagination } = await new WebhookClient(scenario).deliveryPage({ id }, query);
      const path = pathOf(id, 'deliveries');
      return { list: 'deliveries', path, query, otherQuery: { limit: '1' }, nextCursor: pagination.next_cursor ?? '' };
    },
  },

  choices: {},

  otherAddresses: [],

  opaqueMembers: [],

  furtherFaults: [
    fault('replayWebhookEvents', 'is missing, and so is from', '/after', 'oneOf', {
      from: undefined,
      to: undefined,
    }),
    fault('replayWebhookEvents', 'is there besides from', '/after', 'oneOf', { after: 0 }),
    fault('replayWebhookEvents', 'is there without from', '/to', 'not', { from: undefined, after: 0 }),
    fault('replayWebhookEvents', 'is before the beginning', '/to', 'after', { to: '2020-01-01T00:00:00Z' }),
    ...['createWebhookEndpoint', 'updateWebhookEndpoint'].flatMap((operationId) => [
      fault(operationId, 'has a password', '/url', 'credentials', { url: 'https://user:secret@hooks.example.com/' }),
      fault(operationId, 'has no host', '/url', 'format', { url: 'https://:80' }),
      fault(operationId, 'has the port of another service', '/url', 'port', { url: 'https://hooks.example.com:22/' }),
      fault(operationId, 'is what a request has by itself', '/headers/Host', 'not', { headers: { Host: 'a' } }),
      fault(operationId, 'is part of the signature', '/headers/Webhook-Id', 'not', { headers: { 'Webhook-Id': 'a' } }),
    ]),
  ],

  refusals: [
    unknownTo('getWebhookEndpoint', 'GET', pathOf(unknownId)),
    unknownTo('updateWebhookEndpoint', 'PATCH', pathOf(unknownId), { enabled: false }),
    unknownTo('deleteWebhookEndpoint', 'DELETE', pathOf(unknownId)),
    unknownTo('rotateWebhookSecret', 'POST', pathOf(unknownId, 'rotate-secret'), {}),
    unknownTo('testWebhookEndpoint', 'POST', pathOf(unknownId, 'test')),
    unknownTo('listWebhookDeliveries', 'GET', pathOf(unknownId, 'deliveries')),
    unknownTo('retryWebhookDelivery', 'POST', pathOf(unknownId, 'deliveries/0000000000000001/retry')),
    unknownTo('replayWebhookEvents', 'POST', pathOf(unknownId, 'replay'), { after: 0 }),
    {
      operationId: 'replayWebhookEvents',
      reason: 'an endpoint that is disabled',
      status: 409,
      names: 'disabled',
      prepare: async (scenario) => {
        const id = await newEndpoint(scenario);
        await new WebhookClient(scenario).update({ id }, { enabled: false });
        return post(pathOf(id, 'replay'), { after: 0 });
      },
    },
    {
      operationId: 'retryWebhookDelivery',
      reason: 'a delivery of another endpoint',
      status: 404,
      names: 'There is no such',
      prepare: async (scenario) => {
        const { deliveryId } = await endpointWithDelivery(scenario);
        return post(pathOf(await newEndpoint(scenario), `deliveries/${deliveryId}/retry`));
      },
    },
  ],
};

function get(path: string): ValidRequest {
  return { method: 'GET', path };
}

function post(path: string, body?: unknown): ValidRequest {
  return { method: 'POST', path, body };
}

/** What is pending is tried by the server itself, sooner or later. */
function withoutAttempts({ attempts, next_attempt_at: nextAttemptAt, ...delivery }: WebhookDelivery): unknown {
  return delivery.status === 'pending' ? delivery : { ...delivery, attempts, nextAttemptAt };
}

function fault(operationId: string, reason: string, field: string, rule: string, change: object): FurtherFault {
  return { operationId, reason, field, rule, toJson: (valid) => JSON.stringify({ ...(valid as object), ...change }) };
}

function unknownTo(operationId: string, method: string, path: string, body?: unknown): ExpectedRefusal {
  const prepare = async (): Promise<ValidRequest> => ({ method, path, body });
  return { operationId, reason: 'what there is not', status: 404, names: 'There is no such', prepare };
}
