import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { describeBody, describeRepeatable } from '../administration/any-write.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('updateWebhookEndpoint', (scenario) => {
  const { clock, openInbox, send, unique } = scenario;

  describe('200', () => {
    test.each([
      { url: 'https://other.example.com/' },
      { types: ['credits.granted'] },
      { types: null },
      { description: 'Accounting' },
      { headers: { 'X-Tenant': 'acme', Authorization: 'Bearer 1' } },
      { headers: {} },
      { enabled: false, disabled_reason: 'requested' },
    ])('changes what is given, and leaves the rest: %j', async (change) => {
      const { disabled_reason: _reason, ...asked } = { disabled_reason: null, ...change };
      const webhooks = await WebhookClient.ofNewTenant(scenario);
      const created = await webhooks.create({ url, types: ['RESERVED'], headers: { 'X-Old': '1' } });
      const before = await webhooks.get(created);
      await clock.advance({ seconds: 1 });
      const updated = await webhooks.update(created, asked);
      expect(updated).toEqual({ ...before, updated_at: wireTime(clock), ...change });
      expect(await webhooks.get(created)).toEqual(updated);
    });

    test('heeds new types from now on', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url, types: ['credits.*'] });
      await webhooks.grant('customer');
      expect(await inbox.take()).toMatchObject({ event: { type: 'credits.granted' } });
      await webhooks.update(endpoint, { types: ['RESERVED'] });
      await webhooks.grant('customer');
      await webhooks.reserve('job');
      expect(await inbox.take()).toMatchObject({ event: { type: 'RESERVED' } });
      expect(inbox.untaken).toEqual([]);
    });

    test('while it is disabled nothing is sent, not even later, unless it is replayed', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url, types: ['RESERVED'] });
      const disabled = await webhooks.update(endpoint, { enabled: false });
      expect(disabled).toMatchObject({ enabled: false, disabled_reason: 'requested' });
      for (const resource of ['one', 'other']) await webhooks.reserve(resource);
      expect(await webhooks.update(endpoint, { enabled: true })).toMatchObject({
        enabled: true,
        disabled_reason: null,
      });
      await webhooks.reserve('third');
      expect((await inbox.take()).event).toMatchObject({ resource: 'third' });
      expect(inbox.untaken).toEqual([]);
      expect(await webhooks.replay(endpoint, { after: 0 })).toBe(3);
      const again = await inbox.takeMany(3);
      expect(again.map(({ event }) => (event as { resource: string }).resource).toSorted()).toEqual([
        'one',
        'other',
        'third',
      ]);
    });

    test('what is queued goes to its new URL', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const moved = await openInbox();
      inbox.answer(503);
      const endpoint = await webhooks.create({ url: inbox.url });
      await webhooks.reserve('job');
      await webhooks.untilAttempts(endpoint, 1);
      await webhooks.update(endpoint, { url: moved.url });
      await clock.advance({ seconds: 6 });
      expect((await moved.take()).event).toMatchObject({ resource: 'job' });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      [{}, 'body', 'minProperties'],
      [{ url: 'hooks' }, '/url', 'pattern'],
      [{ enabled: 'yes' }, '/enabled', 'type'],
      [{ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, '/secret', 'additionalProperties'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await send('PATCH', pathOf(unknownId), { body }), [pointer, rule]);
    });
  });

  describe('403', () => {
    test('is the answer to a tenant whose tier has no webhooks', async () => {
      const webhooks = await WebhookClient.ofNewTenant(scenario, { tier: 'free' });
      expect(await webhooks.ask('PATCH', pathOf(unknownId), { enabled: true })).toMatchObject({ status: 403 });
    });
  });

  describe('404', () => {
    test('is the answer for an endpoint that there is not, or of another tenant', async () => {
      const stranger = await WebhookClient.ofNewTenant(scenario);
      const { id } = await new WebhookClient(scenario).create({ url });
      for (const path of [pathOf(unknownId), pathOf(id)])
        expectProblem(await stranger.ask('PATCH', path, { enabled: false }), 'not-found');
    });
  });

  const makeRequest = async () => {
    const webhooks = new WebhookClient(scenario);
    for (const endpoint of (await webhooks.list()).data) await webhooks.delete(endpoint);
    const { id } = await webhooks.create({ url });
    return { method: 'PATCH', path: pathOf(id), body: { description: unique('changed') } };
  };
  describeBody(scenario, { method: 'PATCH', path: pathOf(unknownId) }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
