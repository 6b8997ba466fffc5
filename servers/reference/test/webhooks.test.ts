import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import type { WebhookEndpoint, WebhookTestResult } from '@holdfast/contract';
import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test, vi } from 'vitest';

import { loopback, serve } from '../src/outbound/testing/receiver.ts';
import { startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

async function createEndpoint(server: TestServer, port: number): Promise<WebhookEndpoint> {
  const answer = await server.ask('/v1/webhook-endpoints', {
    method: 'POST',
    body: JSON.stringify({ url: `http://127.0.0.1:${port}/hook` }),
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
  });
  const body = await answer.text();
  expect(answer.status, body).toBe(201);
  return JSON.parse(body) as WebhookEndpoint;
}

async function metric(server: TestServer, name: string): Promise<number> {
  const metrics = await (await server.ask('/metrics')).text();
  return Number(
    metrics
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
}

const attempts = 'holdfast_webhook_attempt_duration_seconds_count';

test('an event is sent to an endpoint, and the attempt is counted', async () => {
  const received = Promise.withResolvers<{ readonly request: IncomingMessage; readonly body: string }>();
  const { port } = await serve(async (request, response) => {
    received.resolve({ request, body: await text(request) });
    response.end();
  });
  const server = await startTestServer({ webhookAllow: loopback });
  await createEndpoint(server, port);
  await server.reserve([{ requester: 'alice', resource: 'demo' }]);
  const { request, body } = await received.promise;
  expect([request.method, request.url, request.headers['content-type']]).toEqual(['POST', '/hook', 'application/json']);
  expect(request.headers['webhook-signature']).toMatch(/^v1,/u);
  expect(JSON.parse(body)).toMatchObject({ type: 'RESERVED', resource: 'demo' });
  await vi.waitFor(async () => expect(await metric(server, `${attempts}{result="delivered"}`)).toBe(1), {
    timeout: 60_000,
  });
  expect([
    await metric(server, 'holdfast_webhooks_dead_total'),
    await metric(server, 'holdfast_outbox_lag_seconds'),
  ]).toEqual([0, 0]);
});

test('what is not allowed any more is sent nothing, and the tenant is told', async () => {
  const { port, asked } = await serve((_request, response) => response.end());
  const store = createMemoryStore();
  const { id } = await createEndpoint(await startTestServer({ webhookAllow: loopback }, { store }), port);
  const server = await startTestServer({}, { store });
  const answer = await server.ask(`/v1/webhook-endpoints/${id}/test`, {
    method: 'POST',
    headers: { 'Idempotency-Key': randomUUID() },
  });
  expect((await answer.json()) as WebhookTestResult).toMatchObject({
    delivered: false,
    status: null,
    error: 'This URL leads to an address that is not allowed: a special one, or by http.',
  });
  expect([asked(), await metric(server, `${attempts}{result="unanswered"}`)]).toEqual([0, 1]);
});

test('a stop does not wait for a receiver that never answers', async () => {
  const arrived = Promise.withResolvers<void>();
  const { port } = await serve(() => arrived.resolve());
  const server = await startTestServer({ webhookAllow: loopback });
  await createEndpoint(server, port);
  await server.reserve([{ requester: 'alice', resource: 'demo' }]);
  await arrived.promise;
  const timeout = AbortSignal.timeout(14_000);
  await server.stop();
  expect(timeout.aborted).toBe(false);
});
