import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { AccessClient } from '../administration/access-client.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('listWebhookDeliveries', (scenario) => {
  const { clock, openInbox, send, sweep } = scenario;

  describe('200', () => {
    test('has what was tried and what came back, with exactly these members', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url });
      inbox.answerInTurn(new Response('Closed', { status: 503 }), new Response('Thanks', { status: 200 }));
      const createdAt = wireTime(clock);
      await webhooks.reserve('job');
      const pending = await webhooks.untilAttempts(endpoint, 1);
      const { event } = await inbox.take();
      const failed = { at: createdAt, status: 503, body: 'Closed', error: null, duration_ms: expect.any(Number) };
      expect(pending).toEqual({
        id: expect.stringMatching(/./u),
        event_id: event.id,
        event_number: event.number,
        event_type: 'RESERVED',
        status: 'pending',
        attempts: [failed],
        next_attempt_at: expect.stringMatching(/Z$/u),
        created_at: createdAt,
        delivered_at: null,
      });
      await clock.advance({ seconds: 6 });
      const [delivered] = await webhooks.untilDeliveries(endpoint, 'delivered');
      const at = delivered?.delivered_at ?? '';
      expect(at > createdAt && at <= wireTime(clock)).toBe(true);
      const succeeded = { ...failed, at, status: 200, body: 'Thanks' };
      expect(delivered).toEqual({
        ...pending,
        status: 'delivered',
        attempts: [failed, succeeded],
        next_attempt_at: null,
        delivered_at: at,
      });
    });

    test('keeps the first kilobyte of an answer', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url });
      inbox.answer(() => new Response('b'.repeat(100_000), { status: 200 }));
      await webhooks.reserve('job');
      const [delivered] = await webhooks.untilDeliveries(endpoint, 'delivered');
      expect(delivered?.attempts).toMatchObject([{ body: 'b'.repeat(1_024) }]);
    });

    test('lists the newest first, page by page, by their status', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url });
      inbox.answer(({ event }) => ('resource' in event && event.resource.startsWith('bad') ? 500 : 204));
      for (const resource of ['one', 'bad-1', 'other', 'bad-2']) await webhooks.reserve(resource);
      await webhooks.untilDeliveries(endpoint, 'delivered', 2);
      await webhooks.untilDeliveries(endpoint, 'pending', 2);
      const numbersOf = async (query: Parameters<typeof webhooks.deliveryPage>[1]) => {
        const numbers: number[] = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page = await webhooks.deliveryPage(endpoint, { limit: 1, ...query, ...(cursor && { cursor }) });
          expect(page.data.length).toBeLessThanOrEqual(1);
          numbers.push(...page.data.map(({ event_number: number }) => number));
          cursor = page.pagination.next_cursor;
        }
        return numbers;
      };
      const [newest = 0] = await numbersOf({});
      expect(await numbersOf({})).toEqual([newest, newest - 1, newest - 2, newest - 3]);
      expect(await numbersOf({ status: 'delivered' })).toEqual([newest - 1, newest - 3]);
      expect(await numbersOf({ status: 'pending' })).toEqual([newest, newest - 2]);
      expect(await numbersOf({ status: 'dead' })).toEqual([]);
    });

    test('reaches as far back as the history of events', async () => {
      const tier = await new AccessClient(scenario).createTier({ event_history_hours: 1, webhooks: true });
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario, { tier }), await openInbox()];
      const endpoint = await webhooks.create({ url: inbox.url });
      await webhooks.reserve('old');
      const [old] = await webhooks.untilDeliveries(endpoint, 'delivered');
      await clock.advance({ seconds: 3_601 });
      await webhooks.reserve('new');
      await webhooks.untilDeliveries(endpoint, 'delivered');
      await sweep();
      expect(await webhooks.deliveries(endpoint)).toMatchObject([{ event_number: old!.event_number + 1 }]);
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['status=lost', 'query.status', 'enum'],
    ])('refuses %s', async (query, pointer, rule) => {
      expectFaults(await send('GET', `${pathOf(unknownId, 'deliveries')}?${query}`), [pointer, rule]);
    });
  });

  scenario.describeGateway('401', () =>
    testUnauthorized(scenario, { method: 'GET', path: pathOf(unknownId, 'deliveries') }),
  );

  describe('404', () => {
    test('is the answer for an endpoint that there is not, or of another tenant, or of the other environment', async () => {
      const { id } = await new WebhookClient(scenario).create({ url });
      expectProblem(await send('GET', pathOf(unknownId, 'deliveries')), 'not-found');
      for (const apiKey of [apiKeys.test, apiKeys.otherTenant])
        expectProblem(await send('GET', pathOf(id, 'deliveries'), { apiKey }), 'not-found');
    });
  });
});
