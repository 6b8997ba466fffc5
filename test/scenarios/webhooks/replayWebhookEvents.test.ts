import { beforeEach, describe, expect, test } from 'vitest';

import type { Inbox } from '../../receivers/inbox.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { describeBody } from '../administration/any-write.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testIdempotencyKeyConflict, testReplay } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';
import type { IssuedWebhookEndpoint } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('replayWebhookEvents', (scenario) => {
  const { clock, openInbox, send } = scenario;
  let webhooks: WebhookClient;
  let inbox: Inbox;
  let endpoint: IssuedWebhookEndpoint;

  beforeEach(async () => {
    webhooks = await WebhookClient.ofNewTenant(scenario);
    inbox = await openInbox();
    endpoint = await webhooks.create({ url: inbox.url, types: ['RESERVED'] });
  });

  const resourcesOf = async (count: number) =>
    (await inbox.takeMany(count)).map(({ event }) => (event as { resource: string }).resource);

  describe('200', () => {
    test('sends everything after a number again, of the types of the endpoint, with the same webhook-ids', async () => {
      for (const resource of ['one', 'two', 'three']) await webhooks.reserve(resource);
      await webhooks.grant('customer');
      const first = await inbox.takeMany(3);
      await webhooks.untilDeliveries(endpoint, 'delivered', 3);
      const numbers = first.map(({ event }) => event.number).toSorted((one, other) => one - other);
      expect(await webhooks.replay(endpoint, { after: numbers[0] })).toBe(2);
      const again = await inbox.takeMany(2);
      const idsOf = (received: typeof first) => received.map(({ headers }) => headers.get('webhook-id')).toSorted();
      expect(idsOf(again)).toEqual(idsOf(first).slice(1));
      expect(await webhooks.replay(endpoint, { after: numbers[2] })).toBe(0);
    });

    test('sends what happened between two times, the first included, the second not', async () => {
      const from = wireTime(clock, 10);
      for (const resource of ['before', 'at the beginning', 'within', 'at the end']) {
        await webhooks.reserve(resource);
        await inbox.take();
        await clock.advance({ seconds: 10 });
      }
      const to = wireTime(clock, -10);
      expect(await webhooks.replay(endpoint, { from, to })).toBe(2);
      expect((await resourcesOf(2)).toSorted()).toEqual(['at the beginning', 'within']);
      expect(await webhooks.replay(endpoint, { from: to })).toBe(1);
      expect(await resourcesOf(1)).toEqual(['at the end']);
    });

    test('sends what is dead alone, if that is asked for', async () => {
      inbox.answer(({ event }) => ('resource' in event && event.resource === 'bad' ? 500 : 204));
      await webhooks.reserve('good');
      await webhooks.reserve('bad');
      for (let attempt = 1; attempt < 10; attempt += 1) {
        await expect
          .poll(async () => (await webhooks.deliveries(endpoint))[0]?.attempts.length)
          .toSatisfy((count: number) => count >= attempt);
        await clock.advance({ seconds: 27 * 3_600 });
      }
      await webhooks.untilDeliveries(endpoint, 'dead');
      await inbox.takeMany(11);
      inbox.answer(204);
      expect(await webhooks.replay(endpoint, { after: 0, only_dead: true })).toBe(1);
      expect((await inbox.take()).event).toMatchObject({ resource: 'bad' });
      await webhooks.untilDeliveries(endpoint, 'delivered', 2);
      expect(inbox.untaken).toEqual([]);
    });

    test('sends again to one endpoint what was never sent to it, and to no other one', async () => {
      await webhooks.reserve('job');
      await inbox.take();
      const later = await openInbox();
      const other = await webhooks.create({ url: later.url, types: ['RESERVED'] });
      expect(await webhooks.replay(other, { after: 0 })).toBe(1);
      expect((await later.take()).event).toMatchObject({ resource: 'job' });
      expect(inbox.untaken).toEqual([]);
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      [{ after: -1 }, '/after', 'minimum'],
      [{ from: 5 }, '/from', 'type'],
      [{ after: 0, until: 5 }, '/until', 'additionalProperties'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await send('POST', pathOf(unknownId, 'replay'), { body }), [pointer, rule]);
    });
  });

  describe('400, by what no schema says', () => {
    test.each([
      [{ after: 0, from: '2026-01-01T00:00:00Z' }, '/after', 'oneOf'],
      [{}, '/after', 'oneOf'],
      [{ only_dead: true }, '/after', 'oneOf'],
      [{ to: '2026-01-01T00:00:00Z' }, '/after', 'oneOf'],
      [{ after: 0, to: '2026-01-01T00:00:00Z' }, '/to', 'not'],
      [{ from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, '/to', 'after'],
    ])('refuses %j', async (body, pointer, rule) => {
      expectFaults(await webhooks.ask('POST', pathOf(endpoint.id, 'replay'), body), [pointer, rule]);
    });
  });

  describe('404', () => {
    test('is the answer for an endpoint that there is not, or of another tenant', async () => {
      const stranger = await WebhookClient.ofNewTenant(scenario);
      for (const id of [unknownId, endpoint.id])
        expectProblem(await stranger.ask('POST', pathOf(id, 'replay'), { after: 0 }), 'not-found');
    });
  });

  const makeRequest = async () => {
    const own = new WebhookClient(scenario);
    for (const one of (await own.list()).data) await own.delete(one);
    const { id } = await own.create({ url });
    return { method: 'POST', path: pathOf(id, 'replay'), body: { after: 0, only_dead: true } };
  };

  describe('409', () => {
    test('is the answer while the endpoint is disabled', async () => {
      await webhooks.update(endpoint, { enabled: false });
      expectProblem(await webhooks.ask('POST', pathOf(endpoint.id, 'replay'), { after: 0 }), 'conflict');
    });

    testIdempotencyKeyConflict(scenario, makeRequest, makeRequest);
  });

  describeBody(scenario, { method: 'POST', path: pathOf(unknownId, 'replay') }, makeRequest);
  describe('again', () => testReplay(scenario, makeRequest));
});
