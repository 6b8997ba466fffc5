import { describe, expect, test, vi } from 'vitest';

import { Holdfast, PermissionDeniedError } from '../../src/index.ts';
import type { WebhookEndpoints } from '../../src/index.ts';
import { answers, scriptedFetch } from '../fakes/fake-fetch.ts';

function client(...pages: object[]) {
  const lastPage = { data: [], pagination: { has_more: false, next_cursor: null } };
  const { fetch, sent } = scriptedFetch(...[...pages, lastPage].map((page) => answers(page)));
  const { webhookEndpoints } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
  return { webhookEndpoints, sent };
}

const url = 'https://example.test/holdfast';
const uuid = /^[0-9a-f-]{36}$/;

describe('each method asks for its operation', () => {
  test.each<[string, (endpoints: WebhookEndpoints) => PromiseLike<unknown>, unknown?]>([
    ['POST /v1/webhook-endpoints', (all) => all.create({ url, types: ['credits.*'] }), { url, types: ['credits.*'] }],
    ['GET /v1/webhook-endpoints?limit=2', (all) => all.list({ limit: 2 })],
    ['GET /v1/webhook-endpoints/a%2Fb', (all) => all.get('a/b')],
    ['PATCH /v1/webhook-endpoints/w-1', (all) => all.update('w-1', { enabled: false }), { enabled: false }],
    ['DELETE /v1/webhook-endpoints/w-1', (all) => all.delete('w-1')],
    ['POST /v1/webhook-endpoints/w-1/rotate-secret', (all) => all.rotateSecret('w-1'), {}],
    [
      'POST /v1/webhook-endpoints/w-1/rotate-secret',
      (all) => all.rotateSecret('w-1', { overlap_seconds: 60 }),
      { overlap_seconds: 60 },
    ],
    ['POST /v1/webhook-endpoints/w-1/test', (all) => all.test('w-1')],
    ['GET /v1/webhook-endpoints/w-1/deliveries', (all) => all.deliveries('w-1')],
    ['GET /v1/webhook-endpoints/w-1/deliveries?status=dead', (all) => all.deliveries('w-1', { status: 'dead' })],
    ['POST /v1/webhook-endpoints/w-1/deliveries/d-1/retry', (all) => all.retry('w-1', 'd-1')],
    ['POST /v1/webhook-endpoints/w-1/replay', (all) => all.replay('w-1', { after: 7 }), { after: 7 }],
    [
      'POST /v1/webhook-endpoints/w-1/replay',
      (all) => all.replay('w-1', { from: new Date('2026-11-21'), only_dead: true }),
      { from: '2026-11-21T00:00:00.000Z', only_dead: true },
    ],
    [
      'PATCH /v1/tenants/acme/config',
      (all) => all.updateTenantConfig('acme', { webhook_url: url, webhook_secret: null }),
      { webhook_url: url, webhook_secret: null },
    ],
  ])('%s', async (request, call, body) => {
    const { webhookEndpoints, sent } = client();
    await call(webhookEndpoints);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([request]);
    expect(sent[0]!.body).toEqual(body);
    const idempotencyKey = sent[0]!.headers.get('idempotency-key');
    if (request.startsWith('GET')) expect(idempotencyKey).toBeNull();
    else expect(idempotencyKey).toMatch(uuid);
  });
});

test('lists are iterated over all their pages', async () => {
  const more = { data: [{ id: 'w-1' }], pagination: { has_more: true, next_cursor: 'c-1' } };
  const { webhookEndpoints, sent } = client(more);
  const ids = [];
  for await (const { id } of webhookEndpoints.list()) ids.push(id);
  expect([ids, sent.map(({ path }) => path)]).toEqual([
    ['w-1'],
    ['/v1/webhook-endpoints', '/v1/webhook-endpoints?cursor=c-1'],
  ]);
});

test('a test delivery has longer than other calls, and as long as is said', async () => {
  const timeout = vi.spyOn(globalThis, 'setTimeout');
  const { webhookEndpoints } = client();
  await webhookEndpoints.test('w-1');
  await webhookEndpoints.test('w-1', { timeoutMs: 1_234 });
  expect(timeout.mock.calls.map(([, delayMs]) => delayMs)).toEqual([20_000, 1_234]);
  timeout.mockRestore();
});

test('a tier without webhooks says that another one has them', async () => {
  const type = 'https://api.quotastack.io/errors/upgrade-required';
  const problem = { type, title: 'Upgrade Required', status: 403, detail: 'No.', upgrade_required: true };
  const { fetch } = scriptedFetch(answers(problem, 403));
  const { webhookEndpoints } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
  const error = await webhookEndpoints.create({ url }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(PermissionDeniedError);
  expect(error).toMatchObject({ code: 'upgrade_required', scope: null, upgradeRequired: true });
});
