import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectProblem } from '../credits/problems.ts';
import { testIdempotencyKeyConflict, testReplay, testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';

const unknownDelivery = pathOf(unknownId, 'deliveries/0000000000000001/retry');

describeTargets('retryWebhookDelivery', (scenario) => {
  const { clock, openInbox, send } = scenario;

  async function openEndpoint() {
    const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
    return { webhooks, inbox, endpoint: await webhooks.create({ url: inbox.url }) };
  }

  describe('200', () => {
    test('what waits for its next attempt is tried at once', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      inbox.answerInTurn(500, 204);
      await webhooks.reserve('job');
      const delivery = await webhooks.untilAttempts(endpoint, 1);
      expect(await webhooks.retry(endpoint, delivery)).toMatchObject({ id: delivery.id, status: 'pending' });
      const [first, second] = await inbox.takeMany(2);
      expect(second?.headers.get('webhook-id')).toBe(first?.headers.get('webhook-id'));
      expect(second?.text).toBe(first?.text);
      const [delivered] = await webhooks.untilDeliveries(endpoint, 'delivered');
      expect(delivered?.attempts).toMatchObject([{ status: 500 }, { status: 204 }]);
    });

    test('what was delivered is sent once more, with the same webhook-id', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      await webhooks.reserve('job');
      const [delivery] = await webhooks.untilDeliveries(endpoint, 'delivered');
      await webhooks.retry(endpoint, delivery!);
      const ids = (await inbox.takeMany(2)).map(({ headers }) => headers.get('webhook-id'));
      expect(new Set(ids).size).toBe(1);
    });

    test('what is dead gets ten more attempts', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      inbox.answer(500);
      await webhooks.reserve('job');
      for (let attempt = 1; attempt < 10; attempt += 1) {
        await webhooks.untilAttempts(endpoint, attempt);
        await clock.advance({ seconds: 27 * 3_600 });
      }
      const [dead] = await webhooks.untilDeliveries(endpoint, 'dead');
      expect(dead?.attempts).toHaveLength(10);
      await webhooks.retry(endpoint, dead!);
      await inbox.takeMany(11);
      // The last of them is written down before its time is over.
      await expect
        .poll(async () => (await webhooks.deliveries(endpoint))[0]?.attempts.at(-1)?.at)
        .toBe(wireTime(clock));
      await clock.advance({ seconds: 6 });
      await inbox.take();
      expect(await webhooks.deliveries(endpoint, { status: 'dead' })).toEqual([]);
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a parameter that it does not know', async () => {
      const answer = await send('POST', `${unknownDelivery}?unknown=1`);
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: 'query.unknown' }] } });
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'POST', path: unknownDelivery }));

  describe('404', () => {
    test('is the answer for a delivery that there is not, or of another endpoint, or of another tenant', async () => {
      const { webhooks, endpoint } = await openEndpoint();
      const other = await webhooks.create({ url: endpoint.url, types: ['credits.*'] });
      await webhooks.reserve('job');
      const [delivery] = await webhooks.untilDeliveries(endpoint, 'delivered');
      const action = `deliveries/${encodeURIComponent(delivery!.id)}/retry`;
      const stranger = await WebhookClient.ofNewTenant(scenario);
      expectProblem(await webhooks.ask('POST', unknownDelivery), 'not-found');
      expectProblem(await webhooks.ask('POST', pathOf(other.id, action)), 'not-found');
      expectProblem(await stranger.ask('POST', pathOf(endpoint.id, action)), 'not-found');
      expectProblem(await webhooks.ask('POST', pathOf(endpoint.id, 'deliveries/none/retry')), 'not-found');
    });
  });

  const webhooks = new WebhookClient(scenario);
  const makeRequest = async () => {
    for (const endpoint of (await webhooks.list()).data) await webhooks.delete(endpoint);
    const inbox = await openInbox();
    const endpoint = await webhooks.create({ url: inbox.url });
    await webhooks.reserve(scenario.unique('job'));
    const [delivery] = await webhooks.untilDeliveries(endpoint, 'delivered');
    return { method: 'POST', path: pathOf(endpoint.id, `deliveries/${encodeURIComponent(delivery!.id)}/retry`) };
  };

  describe('409', () => {
    test('is the answer while the endpoint is disabled', async () => {
      const { webhooks: own, endpoint } = await openEndpoint();
      await own.reserve('job');
      const [delivery] = await own.untilDeliveries(endpoint, 'delivered');
      await own.update(endpoint, { enabled: false });
      const action = `deliveries/${encodeURIComponent(delivery!.id)}/retry`;
      expectProblem(await own.ask('POST', pathOf(endpoint.id, action)), 'conflict');
    });

    testIdempotencyKeyConflict(scenario, makeRequest, makeRequest);
  });

  describe('again', () => testReplay(scenario, makeRequest));
});
