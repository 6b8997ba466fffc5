import { describe, expect, test } from 'vitest';

import { expectSigned } from '../../receivers/inbox.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { describeBody, describeRepeatable } from '../administration/any-write.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
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
      [{ url: '' }, '/url', 'minLength'],
      [{ types: [] }, '/types', 'minItems'],
      [{ types: ['nothing.of.the.kind'] }, '/types/0', 'enum'],
      [{ types: ['RESERVED', 'RESERVED'] }, '/types', 'uniqueItems'],
      [{ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, '/secret', 'additionalProperties'],
      [{ enabled: false }, '/enabled', 'additionalProperties'],
    ])('refuses %j', async (members, pointer, rule) => {
      expectFaults(await send('POST', path, { body: { url, ...members } }), [pointer, rule]);
    });
  });

  describe('400, by what a server may ask for', () => {
    test.each([
      ['http://hooks.example.com/', 'in plain text'],
      ['https://192.168.0.1/', 'in a private network'],
      ['https://169.254.169.254/latest/meta-data', 'that has metadata of machines'],
      ['https://[::1]/', 'on the machine itself'],
      ['https://hooks.example.com:22/', 'at the port of another service'],
      ['https://user:password@hooks.example.com/', 'with a password'],
    ])('refuses %s, which is one %s', async (address) => {
      const answer = await send('POST', path, { body: { url: address } });
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: '/url' }] } });
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
  describeRepeatable(scenario, makeRequest);
});
