import type { IssuedWebhookEndpoint, WebhookDeliveryPage } from '@holdfast/contract';
import { verifyWebhook } from '@holdfast/sdk';
import { beforeEach, describe, expect, test } from 'vitest';

import { createHoldfastMock } from '../src/index.ts';
import type { HoldfastMock } from '../src/index.ts';
import { baseUrl, Client } from './client.ts';

const url = 'https://app.test/hook';
const mock = createHoldfastMock({ baseUrl });
const client = new Client(mock.fetch);
const received: string[] = [];

beforeEach(async () => {
  await mock.reset();
  received.length = 0;
});

async function createEndpoint(settings: object = {}, to = client): Promise<IssuedWebhookEndpoint> {
  const { json } = await to.send('POST', '/v1/webhook-endpoints', { body: { url, ...settings } });
  return json as IssuedWebhookEndpoint;
}

async function deliveriesOf({ id }: IssuedWebhookEndpoint, from = client): Promise<WebhookDeliveryPage['data']> {
  const { json } = await from.send('GET', `/v1/webhook-endpoints/${id}/deliveries`);
  return (json as WebhookDeliveryPage).data;
}

/** Answers all deliveries with a status, and notes what came: type, resource, and how long after the start. */
function answerWith(status: number, on: HoldfastMock = mock): void {
  const startMs = on.clock.now();
  on.webhooks.deliverTo(async (request) => {
    const { type, resource } = (await request.json()) as { type: string; resource: string };
    received.push(`${type} ${resource} +${(on.clock.now() - startMs) / 1_000}`);
    return new Response(status === 204 ? null : 'no', { status });
  });
}

function reserve(resource: string, ttlSeconds = 3_600) {
  return client.reserve({ requester: 'alice', resource, ttlSeconds });
}

describe('a webhook', () => {
  test('is signed, and carries the event', async () => {
    const { secret } = await createEndpoint({ headers: { 'X-Team': 'locks' } });
    const requests: Request[] = [];
    mock.webhooks.deliverTo((request) => {
      requests.push(request.clone());
      return new Response();
    });
    await reserve('room');
    await mock.clock.advance(0);
    const [request] = requests;
    expect([request!.method, request!.url, request!.headers.get('X-Team')]).toEqual(['POST', url, 'locks']);
    const tolerance = { toleranceSeconds: Infinity };
    const event = await verifyWebhook(await request!.text(), request!.headers, secret!, tolerance);
    expect(event).toMatchObject({ type: 'RESERVED', number: 1, resource: 'room' });
  });

  test('is attempted again as the clock moves, each time at its own time, until it is dead', async () => {
    const endpoint = await createEndpoint();
    answerWith(503);
    await reserve('room', 86_400 * 10);
    await mock.clock.advance({ seconds: 4 * 86_400 });
    const steps = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    const times = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step));
    expect(received).toEqual(times.map((seconds) => `RESERVED room +${seconds}`));
    const [delivery] = await deliveriesOf(endpoint);
    expect(delivery).toMatchObject({ status: 'dead', next_attempt_at: null });
    const start = Date.parse('2026-01-01T00:00:00.000Z');
    expect(delivery!.attempts.map(({ at, status }) => [(Date.parse(at) - start) / 1_000, status])).toEqual(
      times.map((seconds) => [seconds, 503]),
    );
  });

  test('waits for the earlier ones of its resource, and for no others', async () => {
    await createEndpoint();
    answerWith(500);
    await reserve('slow', 1);
    await mock.clock.advance({ seconds: 1 });
    answerWith(204);
    await reserve('other');
    await mock.clock.advance(0);
    expect(received).toEqual(['RESERVED slow +0', 'RESERVED other +0']);
    await mock.clock.advance({ seconds: 60 });
    expect(received.slice(2)).toEqual(['RESERVED slow +4', 'RESERVATION_EXPIRED slow +4']);
  });

  test('fails when its receiver throws, has no connection, or is nobody', async () => {
    const endpoint = await createEndpoint();
    await reserve('room');
    await mock.clock.advance(0);
    mock.webhooks.deliverTo(() => Response.error());
    await mock.clock.advance({ seconds: 5 });
    mock.webhooks.deliverTo(() => Promise.reject(new Error('The receiver is broken.')));
    await mock.clock.advance({ seconds: 300 });
    const [delivery] = await deliveriesOf(endpoint);
    expect(delivery!.attempts).toMatchObject([
      { status: null, error: expect.stringContaining('Nobody answers for https://app.test/hook') },
      { status: null, error: 'The connection failed.' },
      { status: null, error: 'The receiver is broken.' },
    ]);
  });

  test('goes to whoever answers for its URL, else to whoever answers for the rest', async () => {
    const urls: string[] = [];
    const note = (who: string) => (request: Request) => {
      urls.push(`${who}: ${request.url}`);
      return new Response();
    };
    mock.webhooks.deliverTo(note('one'), { url });
    mock.webhooks.deliverTo(note('others'));
    await createEndpoint();
    await createEndpoint({ url: 'https://else.test/' });
    await reserve('room');
    await mock.clock.advance(0);
    expect(urls.sort()).toEqual(['one: https://app.test/hook', 'others: https://else.test/']);
    expect(() => mock.webhooks.deliverTo(note('x'), { url: 'hook' })).toThrow(TypeError);
    expect(() => mock.webhooks.deliverTo(note('x'), { path: url } as never)).toThrow('path');
  });
});

describe('a receiver', () => {
  test('can call the mock, also while the clock moves', async () => {
    await createEndpoint({ types: ['RESERVATION_EXPIRED'] });
    mock.webhooks.deliverTo(async (request) => {
      const { resource } = (await request.json()) as { resource: string };
      if (resource === 'room') await reserve('next room', 60);
      received.push(`${resource} ${new Date(mock.clock.now()).toISOString()}`);
      return new Response();
    });
    await reserve('room', 60);
    await mock.clock.advance({ seconds: 600 });
    expect(received).toEqual(['room 2026-01-01T00:01:00.000Z', 'next room 2026-01-01T00:02:00.000Z']);
  });

  test('that takes its time holds up no request, but the clock', async () => {
    const endpoint = await createEndpoint();
    let answer!: (response: Response) => void;
    mock.webhooks.deliverTo(() => new Promise((resolve) => (answer = resolve)));
    await reserve('room');
    let isAdvanced = false;
    const advanced = mock.clock.advance(0).then(() => (isAdvanced = true));
    await reserve('other room');
    await expect.poll(() => answer).toBeDefined();
    expect(isAdvanced).toBe(false);
    mock.webhooks.deliverTo(() => new Response());
    answer(new Response());
    await advanced;
    expect(await deliveriesOf(endpoint)).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }]);
  });

  test('is called for one delivery after the other, in the order of the events', async () => {
    await createEndpoint();
    await createEndpoint({ url: 'https://else.test/' });
    const calls: string[] = [];
    mock.webhooks.deliverTo(async (request) => {
      const { host } = new URL(request.url);
      calls.push(`${host} begins`);
      const { number } = (await request.json()) as { number: number };
      await new Promise((resolve) => setImmediate(resolve));
      calls.push(`${host} has ${number}`);
      return new Response(null, { status: number === 1 ? 503 : 204 });
    });
    for (const resource of ['one', 'two', 'three']) await reserve(resource);
    await mock.clock.advance(0);
    for (const host of ['app.test', 'else.test'])
      expect(calls.filter((call) => call.startsWith(`${host} has`))).toEqual([1, 2, 3].map((n) => `${host} has ${n}`));
    expect(calls.map((call) => call.includes('begins'))).toEqual(calls.map((_, index) => index % 2 === 0));
  });

  test('is forgotten by a reset, and so are endpoints', async () => {
    answerWith(204);
    await createEndpoint();
    await mock.reset();
    const endpoint = await createEndpoint();
    await reserve('room');
    await mock.clock.advance(0);
    expect(received).toEqual([]);
    expect(await deliveriesOf(endpoint)).toMatchObject([{ attempts: [{ status: null }] }]);
  });

  test('answers a test delivery at once', async () => {
    const { id } = await createEndpoint();
    answerWith(204);
    const { json } = await client.send('POST', `/v1/webhook-endpoints/${id}/test`);
    expect(json).toMatchObject({ delivered: true, status: 204 });
    expect(received).toEqual(['webhook.test undefined +0']);
  });
});

test('endpoints can be seeded, and get what happens after that', async () => {
  answerWith(204);
  const { webhookEndpoints } = await mock.seed({
    webhookEndpoints: [{ url, types: ['RESERVED'] }],
    reservations: [{ requester: 'alice', resource: 'seeded', ttlSeconds: 60 }],
  });
  expect(webhookEndpoints).toMatchObject([{ url, secret: expect.stringMatching(/^whsec_/u) }]);
  await reserve('room');
  await mock.clock.advance({ seconds: 60 });
  expect(received).toEqual(['RESERVED room +0']);
});

test('two mocks send the same, to the byte', async () => {
  const sentBy = async () => {
    const other = createHoldfastMock({ baseUrl });
    const otherClient = new Client(other.fetch);
    const sent: unknown[] = [];
    other.webhooks.deliverTo(async (request) => {
      sent.push([[...request.headers], await request.text()]);
      return new Response(null, { status: sent.length % 3 === 0 ? 204 : 503 });
    });
    const endpoint = await createEndpoint({}, otherClient);
    for (const resource of ['one', 'two', 'three'])
      sent.push(await otherClient.reserve({ requester: 'alice', resource, ttlSeconds: 30 }));
    await other.clock.advance({ seconds: 86_400 });
    return [endpoint, sent, await deliveriesOf(endpoint, otherClient)];
  };
  expect(await sentBy()).toEqual(await sentBy());
});
