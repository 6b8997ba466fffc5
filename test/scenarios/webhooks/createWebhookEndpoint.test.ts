import { describe, expect, test } from 'vitest';

import { expectSigned } from '../../receivers/inbox.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { describeBody } from '../administration/any-write.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testIdempotencyKeyConflict } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { expectUpgradeRequired } from './upgrade-required.ts';
import { endpointsPath as path, WebhookClient } from './webhook-client.ts';
import type { IssuedWebhookEndpoint } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('createWebhookEndpoint', (scenario) => {
  const { clock, openInbox, send, unique } = scenario;
  const newTenant = (members: object = {}) => WebhookClient.ofNewTenant(scenario, members);

  describe('201', () => {
    test('creates an endpoint, and answers with exactly these members', async () => {
      const webhooks = await newTenant();
      const body = {
        url,
        types: ['credits.*', 'RESERVED'],
        description: unique('Accounting'),
        headers: { 'X-Tenant': 'acme' },
      };
      const answer = await webhooks.ask('POST', path, body);
      const { id, secret } = answer.json as IssuedWebhookEndpoint;
      const times = { created_at: wireTime(clock), updated_at: wireTime(clock) };
      const endpoint = { id, ...body, enabled: true, disabled_reason: null, ...times };
      expect(answer).toMatchObject({ status: 201 });
      expect(answer.json).toEqual({ ...endpoint, secret });
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/u);
      expect(await webhooks.get({ id })).toEqual(endpoint);
    });

    test('needs no more than a URL: everything is sent there then', async () => {
      const webhooks = await newTenant();
      expect(await webhooks.create({ url })).toMatchObject({ types: null, description: null, headers: {} });
    });

    test('gives each another id, and another secret', async () => {
      const webhooks = await newTenant();
      const [one, other] = [await webhooks.create({ url }), await webhooks.create({ url })];
      expect(one.id).not.toBe(other.id);
      expect(one.secret).not.toBe(other.secret);
    });

    test('sends it what happens from now on, and nothing of before', async () => {
      const [webhooks, inbox] = [await newTenant(), await openInbox()];
      await webhooks.reserve('before');
      const { secret } = await webhooks.create({ url: inbox.url });
      await webhooks.reserve('after');
      const received = await inbox.take();
      expect(received.event).toMatchObject({ type: 'RESERVED', resource: 'after' });
      expectSigned(received, secret!);
    });

    test('takes 20 of them, in each environment', async () => {
      const webhooks = await newTenant();
      for (let count = 0; count < 20; count += 1) await webhooks.create({ url });
      expectProblem(await webhooks.ask('POST', path, { url }), 'conflict');
      const [first] = (await webhooks.list()).data;
      await webhooks.delete(first!);
      await webhooks.create({ url });
      expect((await webhooks.list()).data).toHaveLength(20);
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      [{ url: 'hooks' }, '/url', 'pattern'],
      [{ url: 'ftp://hooks.example.com/' }, '/url', 'pattern'],
      [{ types: [] }, '/types', 'minItems'],
      [{ types: ['nothing.of.the.kind'] }, '/types/0', 'enum'],
      [{ types: ['RESERVED', 'RESERVED'] }, '/types', 'uniqueItems'],
      [{ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, '/secret', 'additionalProperties'],
      [{ enabled: false }, '/enabled', 'additionalProperties'],
    ])('refuses %j', async (members, pointer, rule) => {
      expectFaults(await send('POST', path, { body: { url, ...members } }), [pointer, rule]);
    });
  });

  describe('400, by what no schema says', () => {
    test.each([
      ['https://user:password@hooks.example.com/', 'credentials'],
      ['https://hooks.example.com/#here', 'fragment'],
      ['https://hooks.example.com:22/', 'port'],
      ['https://[::1/', 'format'],
    ])('refuses %s', async (address, rule) => {
      expectFaults(await send('POST', path, { body: { url: address } }), ['/url', rule]);
    });

    test.each([
      [{ Host: 'example.com' }, '/headers/Host', 'not'],
      [{ 'Webhook-Signature': 'v1,a' }, '/headers/Webhook-Signature', 'not'],
      [{ 'X-Team': 'a', 'x-team': 'b' }, '/headers/x-team', 'uniqueItems'],
    ])('refuses the headers %j', async (headers, pointer, rule) => {
      expectFaults(await send('POST', path, { body: { url, headers } }), [pointer, rule]);
    });
  });

  describe('403', () => {
    test('is the answer to a tenant whose tier has no webhooks', async () => {
      const webhooks = await newTenant({ tier: 'free' });
      expectUpgradeRequired(await webhooks.ask('POST', path, { url }));
      expect((await send('GET', path, { apiKey: apiKeys.live })).status).toBe(200);
    });
  });

  const makeRequest = async () => {
    // There may be 20 of them.
    const webhooks = new WebhookClient(scenario);
    for (const endpoint of (await webhooks.list()).data) await webhooks.delete(endpoint);
    return { method: 'POST', path, body: { url, description: unique('made') } };
  };
  describeBody(scenario, { method: 'POST', path }, makeRequest);
  describe('409', () => testIdempotencyKeyConflict(scenario, makeRequest, makeRequest));

  describe('again', () => {
    test('answers with the same endpoint, and null instead of the secret, and creates no other one', async () => {
      const webhooks = await newTenant();
      const ask = () => webhooks.ask('POST', path, { url }, { 'Idempotency-Key': 'once' });
      const [first, again] = [await ask(), await ask()];
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
      expect(again.json).toEqual({ ...(first.json as object), secret: null });
      expect((await webhooks.list()).data).toHaveLength(1);
    });
  });
});
