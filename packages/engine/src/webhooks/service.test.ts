import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test } from 'vitest';

import { createCaller } from '../caller.ts';
import type { Caller } from '../caller.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { recordKinds } from '../families.ts';
import { Service } from '../service.ts';
import type { ServiceRequest } from '../service.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { WebhookRequest } from './process/transport.ts';

const caller = createCaller({ tenantId: 't', environment: 'live', apiKeyLabel: 'key' });
const hour = 3_600_000;
const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 24 * hour,
  requestTimeoutMs: 10_000,
};

/** A service with a receiver, as callers see it. */
class Office {
  readonly environment = new TestEnvironment();
  readonly received: WebhookRequest[] = [];
  status = 204;
  readonly service: Service;

  constructor({ sends = true } = {}) {
    const send = async (request: WebhookRequest) => {
      this.received.push(request);
      return { status: this.status, body: 'thanks', retryAfter: undefined };
    };
    const webhooks = sends ? { webhooks: { send } } : {};
    this.service = new Service(createMemoryStore({ kinds: recordKinds }), this.environment, {
      ...settings,
      ...webhooks,
    });
  }

  async ask(
    operationId: ServiceRequest['operationId'],
    input: ServiceRequest['input'],
    key?: string,
    as: Caller = caller,
  ): Promise<unknown> {
    const idempotency = key === undefined ? undefined : { key, fingerprint: JSON.stringify(input) };
    const { outcome } = await this.service.call({ operationId, caller: as, input, idempotency });
    return outcome.ok ? outcome.value : outcome.code;
  }

  reserve(resource: string): Promise<unknown> {
    return this.ask('reserve', { body: [{ requester: 'me', resource, ttlSeconds: 3_600 }] });
  }

  async send(): Promise<void> {
    await this.service.webhooks?.tend();
    await this.service.webhooks?.idle();
  }

  events(): readonly unknown[] {
    return this.received.map(({ body }) => JSON.parse(body));
  }
}

const url = 'https://example.com/hook';

test('what happens is sent as it is in the history, and can be looked up and sent again', async () => {
  const office = new Office();
  const { id } = (await office.ask('createWebhookEndpoint', { body: { url } })) as { id: string };
  await office.send();
  await office.reserve('room');
  await office.send();
  const { events } = (await office.ask('listEventHistory', { query: {} })) as { events: readonly unknown[] };
  expect(office.events()).toEqual(events);
  const path = { id };
  const list = await office.ask('listWebhookDeliveries', { path, query: { status: 'delivered' } });
  const attempt = { status: 204, body: 'thanks', error: null };
  expect(list).toMatchObject({ data: [{ event_number: 1, status: 'delivered', attempts: [attempt] }] });
  expect(await office.ask('listWebhookDeliveries', { path, query: { status: 'dead' } })).toMatchObject({ data: [] });

  const delivery = { id, delivery_id: '0000000000000001' };
  expect(await office.ask('retryWebhookDelivery', { path: delivery })).toMatchObject({ status: 'pending' });
  await office.send();
  const from = new Date(office.environment.nowMs).toISOString();
  expect(await office.ask('replayWebhookEvents', { path, body: { from } })).toEqual({ replayed: 1 });
  await office.send();
  expect(new Set(office.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['t.live.1']));
  expect(office.received).toHaveLength(3);
  office.environment.nowMs += 1;
  const later = new Date(office.environment.nowMs).toISOString();
  expect(await office.ask('replayWebhookEvents', { path, body: { from: later } })).toEqual({ replayed: 0 });
});

test('a secret is shown once: the answer to the same key has none, and another rotation has another', async () => {
  const office = new Office();
  const created = await office.ask('createWebhookEndpoint', { body: { url } }, 'create');
  const again = await office.ask('createWebhookEndpoint', { body: { url } }, 'create');
  expect(again).toEqual({ ...(created as object), secret: null });
  const path = { id: (created as { id: string }).id };
  expect(await office.ask('getWebhookEndpoint', { path })).not.toHaveProperty('secret');
  const rotated = await office.ask('rotateWebhookSecret', { path, body: {} });
  expect((rotated as { secret: string }).secret).not.toBe((created as { secret: string }).secret);
});

test('a test is sent at once and once for a key, whatever the endpoint is, and says what came back', async () => {
  const office = new Office();
  const { id } = (await office.ask('createWebhookEndpoint', { body: { url } })) as { id: string };
  await office.ask('updateWebhookEndpoint', { path: { id }, body: { enabled: false } });
  office.status = 500;
  const result = await office.ask('testWebhookEndpoint', { path: { id } }, 'test');
  expect(result).toMatchObject({ delivered: false, status: 500, body: 'thanks', error: null });
  expect(await office.ask('testWebhookEndpoint', { path: { id } }, 'test')).toEqual(result);
  expect(office.events()).toMatchObject([{ type: 'webhook.test', number: 0, data: { endpoint_id: id } }]);
  const { webhook_id: webhookId } = result as { webhook_id: string };
  expect(office.received[0]?.headers).toMatchObject({ 'webhook-id': webhookId });
});

test('a process that sends nothing says so for a test, and does everything else', async () => {
  const office = new Office({ sends: false });
  const { id } = (await office.ask('createWebhookEndpoint', { body: { url } })) as { id: string };
  expect(await office.ask('testWebhookEndpoint', { path: { id } })).toBe('unavailable');
  expect(office.service.webhooks).toBeUndefined();
});

test("a tenant's config is its own, and only who administers the platform sets another's, if there is one", async () => {
  const office = new Office();
  const secret = `whsec_${'A'.repeat(32)}`;
  const body = { webhook_url: url, webhook_secret: secret };
  const config = { webhook_url: url, has_webhook_secret: true };
  expect(await office.ask('updateTenantConfig', { path: { id: 't' }, body })).toEqual({ tenant_id: 't', ...config });
  expect(await office.ask('updateTenantConfig', { path: { id: 'nobody' }, body })).toBe('not_found');
  const tenant = { ...caller, scopes: new Set(['webhooks:admin'] as const) };
  expect(await office.ask('updateTenantConfig', { path: { id: 'other' }, body }, undefined, tenant)).toBe('forbidden');
  expect(await office.ask('getWebhookEndpoint', { path: { id: 'config' } })).toMatchObject({ url, types: null });
  await office.send();
  await office.reserve('room');
  await office.send();
  expect(office.received).toHaveLength(1);
});

test('what no webhook may be, or for nobody, is refused', async () => {
  const office = new Office();
  const { id } = (await office.ask('createWebhookEndpoint', { body: { url } })) as { id: string };
  const poor = { ...caller, mayUseWebhooks: false };
  expect(await office.ask('createWebhookEndpoint', { body: { url } }, undefined, poor)).toBe('upgrade_required');
  const other = { ...caller, environment: 'test' } as const;
  expect(await office.ask('getWebhookEndpoint', { path: { id } }, undefined, other)).toBe('not_found');
  for (const body of [{}, { after: 0, from: '2026-01-01T00:00:00Z' }, { after: 0, to: '2026-01-01T00:00:00Z' }]) {
    expect(await office.ask('replayWebhookEvents', { path: { id }, body })).toBe('invalid_request');
  }
  await office.ask('updateWebhookEndpoint', { path: { id }, body: { enabled: false } });
  expect(await office.ask('replayWebhookEvents', { path: { id }, body: { after: 0 } })).toBe('conflict');
  const path = { id, delivery_id: '0000000000000001' };
  expect(await office.ask('retryWebhookDelivery', { path })).toBe('conflict');
});
