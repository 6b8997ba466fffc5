import { describe, expect, test } from 'vitest';

import { expectSigned } from '../../receivers/inbox.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { expectProblem } from '../credits/problems.ts';
import { testIdempotencyKeyConflict, testUnauthorized } from '../every-operation.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('testWebhookEndpoint', (scenario) => {
  const { openInbox, send } = scenario;

  describe('200', () => {
    test('sends a webhook.test, and answers with what came back, whatever the types of the endpoint', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url, types: ['credits.*'], headers: { 'X-Tenant': 'acme' } });
      inbox.answer(() => new Response('Thanks', { status: 202 }));
      const result = await webhooks.test(endpoint);
      const received = await inbox.take();
      const id = received.headers.get('webhook-id');
      expect(result).toEqual({
        delivered: true,
        status: 202,
        body: 'Thanks',
        error: null,
        duration_ms: expect.any(Number),
        webhook_id: id,
      });
      expect(id).toMatch(/^test\../u);
      expectSigned(received, endpoint.secret!);
      expect(received.headers.get('X-Tenant')).toBe('acme');
      expect(received.event).toMatchObject({ id: '0', type: 'webhook.test', data: { endpoint_id: endpoint.id } });
    });

    test('says so when the answer is no success, tries once, and writes no delivery', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url });
      inbox.answer(() => new Response('b'.repeat(3_000), { status: 500 }));
      const result = await webhooks.test(endpoint);
      expect(result).toMatchObject({ delivered: false, status: 500, body: 'b'.repeat(1_024) });
      expect(inbox.all).toHaveLength(1);
      expect(await webhooks.deliveries(endpoint)).toEqual([]);
    });

    test('follows no redirect', async () => {
      const [webhooks, inbox, other] = [
        await WebhookClient.ofNewTenant(scenario),
        await openInbox(),
        await openInbox(),
      ];
      inbox.answer(() => new Response(null, { status: 307, headers: { Location: other.url } }));
      const endpoint = await webhooks.create({ url: inbox.url });
      expect(await webhooks.test(endpoint)).toMatchObject({ delivered: false, status: 307 });
      expect(other.all).toEqual([]);
    });

    test('is sent to an endpoint that is disabled, too, and a 410 disables none', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url });
      inbox.answer(410);
      expect(await webhooks.test(endpoint)).toMatchObject({ delivered: false, status: 410 });
      expect(await webhooks.get(endpoint)).toMatchObject({ enabled: true });
      await webhooks.update(endpoint, { enabled: false });
      inbox.answer(200);
      expect(await webhooks.test(endpoint)).toMatchObject({ delivered: true, status: 200 });
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a parameter that it does not know', async () => {
      const answer = await send('POST', `${pathOf(unknownId, 'test')}?unknown=1`);
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: 'query.unknown' }] } });
    });
  });

  scenario.describeGateway('401', () =>
    testUnauthorized(scenario, { method: 'POST', path: pathOf(unknownId, 'test') }),
  );

  describe('404', () => {
    test('is the answer for an endpoint that there is not, or of another tenant', async () => {
      const stranger = await WebhookClient.ofNewTenant(scenario);
      const { id } = await new WebhookClient(scenario).create({ url });
      for (const one of [unknownId, id]) expectProblem(await stranger.ask('POST', pathOf(one, 'test')), 'not-found');
    });
  });

  const makeRequest = async () => {
    const inbox = await openInbox();
    const { id } = await new WebhookClient(scenario).create({ url: inbox.url });
    return { method: 'POST', path: pathOf(id, 'test') };
  };
  describe('409', () => testIdempotencyKeyConflict(scenario, makeRequest, makeRequest));

  describe('again', () => {
    test('answers the same idempotency key as it did the first time, and sends nothing', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const { id } = await webhooks.create({ url: inbox.url });
      const ask = () => webhooks.ask('POST', pathOf(id, 'test'), undefined, { 'Idempotency-Key': 'once' });
      const [first, again] = [await ask(), await ask()];
      expect(again.json).toEqual(first.json);
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
      expect(inbox.all).toHaveLength(1);
    });

    test('sends once for equal requests at the same time, and each gets that answer', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const { id } = await webhooks.create({ url: inbox.url });
      const ask = () => webhooks.ask('POST', pathOf(id, 'test'), undefined, { 'Idempotency-Key': 'at-once' });
      const answers = await Promise.all([ask(), ask(), ask()]);
      expect(answers.map(({ json }) => json)).toEqual(answers.map(() => answers[0]!.json));
      expect(answers.filter(({ headers }) => headers.get('Idempotent-Replayed') === null)).toHaveLength(1);
      expect(inbox.all).toHaveLength(1);
    });
  });
});
