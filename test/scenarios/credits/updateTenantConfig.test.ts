import { describe, expect, test } from 'vitest';

import { expectSigned } from '../../receivers/inbox.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { AccessClient, valueOf } from '../administration/access-client.ts';
import { expectForbidden } from '../administration/forbidden.ts';
import { expectUpgradeRequired } from '../webhooks/upgrade-required.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import { describeAnyWrite } from './any-write.ts';
import { expectFaults, expectProblem } from './problems.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const url = 'https://hooks.example.com/holdfast';
const pathOf = (tenantId: string) => `/v1/tenants/${tenantId}/config`;

describeTargets('updateTenantConfig', (scenario) => {
  const { openInbox, send, unique } = scenario;
  const access = new AccessClient(scenario);

  async function newTenant(members: object = {}) {
    const { id } = await access.createTenant(members);
    const apiKey = valueOf(await access.createApiKey({ tenant_id: id }));
    const ask = (body: unknown) => send('PATCH', pathOf(id), { apiKey, body });
    return { id, apiKey, ask, webhooks: new WebhookClient(scenario, apiKey) };
  }

  describe('200', () => {
    test('sets one of them or both, leaves the rest, takes it away by null, and never shows the secret', async () => {
      const { id, ask } = await newTenant();
      const steps: readonly (readonly [change: object, url: string | null, hasSecret: boolean])[] = [
        [{ webhook_url: url }, url, false],
        [{ webhook_secret: secret }, url, true],
        [{ webhook_url: null }, null, true],
        [{ webhook_url: url, webhook_secret: null }, url, false],
      ];
      for (const [change, webhookUrl, hasSecret] of steps) {
        const answer = await ask(change);
        expect(answer).toMatchObject({ status: 200 });
        expect(answer.json).toEqual({ tenant_id: id, webhook_url: webhookUrl, has_webhook_secret: hasSecret });
        expect(answer.text).not.toContain(secret);
      }
    });

    test('nothing is sent unless both are set; then everything is, signed with the secret', async () => {
      const { ask, webhooks } = await newTenant();
      const inbox = await openInbox();
      await ask({ webhook_url: inbox.url });
      await webhooks.reserve('without a secret');
      await ask({ webhook_secret: secret });
      await webhooks.reserve('with both');
      const received = await inbox.take();
      expect(received.event).toMatchObject({ resource: 'with both' });
      expectSigned(received, secret);
      await webhooks.grant('customer');
      expect((await inbox.take()).event).toMatchObject({ type: 'credits.granted' });
      await ask({ webhook_secret: null });
      await webhooks.reserve('without a secret again');
      await ask({ webhook_secret: secret });
      await webhooks.reserve('last');
      expect((await inbox.take()).event).toMatchObject({ resource: 'last' });
    });

    test('it is the endpoint config, with deliveries as others have them', async () => {
      const { ask, webhooks } = await newTenant();
      const inbox = await openInbox();
      await ask({ webhook_url: inbox.url, webhook_secret: secret });
      await webhooks.reserve('job');
      const config = { id: 'config' };
      await webhooks.untilDeliveries(config, 'delivered');
      expect(await webhooks.get(config)).toMatchObject({ url: inbox.url, types: null, enabled: true });
      const { event } = await inbox.take();
      expect(await webhooks.replay(config, { after: event.number - 1 })).toBe(1);
      expect((await inbox.take()).event).toEqual(event);
    });

    test('is of the environment of the API key', async () => {
      const { id, ask, webhooks } = await newTenant();
      const [live, inTest] = [await openInbox(), await openInbox()];
      const testKey = valueOf(await access.createApiKey({ tenant_id: id, environment: 'test' }));
      await ask({ webhook_url: live.url, webhook_secret: secret });
      await send('PATCH', pathOf(id), { apiKey: testKey, body: { webhook_url: inTest.url, webhook_secret: secret } });
      await webhooks.reserve('live');
      await new WebhookClient(scenario, testKey).reserve('test');
      expect((await live.take()).event).toMatchObject({ resource: 'live' });
      expect((await inTest.take()).event).toMatchObject({ resource: 'test' });
    });

    test('an administrator of the platform sets that of any tenant', async () => {
      const { id, webhooks } = await newTenant();
      const inbox = await openInbox();
      const answer = await send('PATCH', pathOf(id), { body: { webhook_url: inbox.url, webhook_secret: secret } });
      expect(answer.json).toMatchObject({ tenant_id: id, webhook_url: inbox.url });
      await webhooks.reserve('job');
      expect((await inbox.take()).event).toMatchObject({ resource: 'job' });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      [{}, 'body', 'minProperties'],
      [{ url }, '/url', 'additionalProperties'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await send('PATCH', pathOf('default'), { body }), [pointer, rule]);
    });
  });

  describe('400, by what no schema says', () => {
    test.each([
      [{ webhook_url: 'https://user:password@hooks.example.com/' }, '/webhook_url', 'credentials'],
      [{ webhook_secret: `whsec_${'A'.repeat(33)}` }, '/webhook_secret', 'format'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await send('PATCH', pathOf('default'), { body }), [pointer, rule]);
    });
  });

  describe('403', () => {
    test('is the answer to whoever asks for another tenant without being allowed to', async () => {
      const { id } = await newTenant();
      const answer = await send('PATCH', pathOf(id), { apiKey: apiKeys.otherTenant, body: { webhook_url: url } });
      expectForbidden(answer);
    });

    test('is the answer to a tenant whose tier has no webhooks', async () => {
      const { ask } = await newTenant({ tier: 'free' });
      expectUpgradeRequired(await ask({ webhook_url: url }));
    });
  });

  describe('404', () => {
    test('is the answer for a tenant that there is not', async () => {
      expectProblem(await send('PATCH', pathOf('nobody'), { body: { webhook_url: url } }), 'not-found');
    });
  });

  describeAnyWrite(scenario, { method: 'PATCH', path: pathOf('default') }, async () => ({
    method: 'PATCH',
    path: pathOf('default'),
    body: { webhook_url: `https://${unique('hooks')}.example.com/` },
  }));
});
