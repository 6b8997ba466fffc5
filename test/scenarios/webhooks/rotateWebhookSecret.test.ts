import { describe, expect, test } from 'vitest';

import { expectSigned } from '../../receivers/inbox.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { describeBody } from '../administration/any-write.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testIdempotencyKeyConflict } from '../every-operation.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';
import type { IssuedWebhookEndpoint } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('rotateWebhookSecret', (scenario) => {
  const { clock, openInbox, send } = scenario;

  async function openEndpoint() {
    const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
    const endpoint = await webhooks.create({ url: inbox.url });
    const receive = async (resource: string) => {
      await webhooks.reserve(resource);
      return inbox.take();
    };
    return { webhooks, endpoint, receive };
  }

  describe('200', () => {
    test('gives it another secret, and leaves the rest', async () => {
      const webhooks = await WebhookClient.ofNewTenant(scenario);
      const created = await webhooks.create({ url, types: ['credits.*'] });
      const { secret, ...rotated } = await webhooks.rotateSecret(created);
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/u);
      expect(secret).not.toBe(created.secret);
      expect(rotated).toEqual(await webhooks.get(created));
    });

    test('signs with both secrets until the overlap is over, and then with the new one alone', async () => {
      const { webhooks, endpoint, receive } = await openEndpoint();
      expectSigned(await receive('before'), endpoint.secret!);
      const rotated = await webhooks.rotateSecret(endpoint, { overlap_seconds: 60 });
      expectSigned(await receive('at once'), rotated.secret!, endpoint.secret!);
      await clock.advance({ milliseconds: 59_000 });
      expectSigned(await receive('just before its end'), rotated.secret!, endpoint.secret!);
      await clock.advance({ milliseconds: 1_000 });
      expectSigned(await receive('at its end'), rotated.secret!);
    });

    test('the overlap is a day unless told', async () => {
      const { webhooks, endpoint, receive } = await openEndpoint();
      const rotated = await webhooks.rotateSecret(endpoint);
      await clock.advance({ seconds: 86_399 });
      expectSigned(await receive('in time'), rotated.secret!, endpoint.secret!);
      await clock.advance({ seconds: 1 });
      expectSigned(await receive('too late'), rotated.secret!);
    });

    test('without an overlap, the old secret is over at once', async () => {
      const { webhooks, endpoint, receive } = await openEndpoint();
      const rotated = await webhooks.rotateSecret(endpoint, { overlap_seconds: 0 });
      expectSigned(await receive('job'), rotated.secret!);
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      [-1, 'minimum'],
      [604_801, 'maximum'],
      [1.5, 'type'],
    ])('refuses an overlap of %j', async (overlap, rule) => {
      const answer = await send('POST', pathOf(unknownId, 'rotate-secret'), { body: { overlap_seconds: overlap } });
      expectFaults(answer, ['/overlap_seconds', rule]);
    });
  });

  describe('404', () => {
    test('is the answer for an endpoint that there is not, or of another tenant', async () => {
      const stranger = await WebhookClient.ofNewTenant(scenario);
      const { id } = await new WebhookClient(scenario).create({ url });
      for (const one of [unknownId, id])
        expectProblem(await stranger.ask('POST', pathOf(one, 'rotate-secret'), {}), 'not-found');
    });
  });

  const makeRequest = async () => {
    const webhooks = new WebhookClient(scenario);
    for (const endpoint of (await webhooks.list()).data) await webhooks.delete(endpoint);
    const { id } = await webhooks.create({ url });
    return { method: 'POST', path: pathOf(id, 'rotate-secret'), body: { overlap_seconds: 60 } };
  };
  describe('409', () => testIdempotencyKeyConflict(scenario, makeRequest, makeRequest));
  describeBody(scenario, { method: 'POST', path: pathOf(unknownId, 'rotate-secret') }, makeRequest);

  describe('again', () => {
    test('answers with the same endpoint, without the secret, and does not rotate again', async () => {
      const { webhooks, endpoint, receive } = await openEndpoint();
      const ask = () =>
        webhooks.ask(
          'POST',
          pathOf(endpoint.id, 'rotate-secret'),
          { overlap_seconds: 0 },
          { 'Idempotency-Key': 'once' },
        );
      const [first, again] = [await ask(), await ask()];
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
      expect(again.json).toEqual({ ...(first.json as object), secret: null });
      expectSigned(await receive('job'), (first.json as IssuedWebhookEndpoint).secret!);
    });
  });
});
