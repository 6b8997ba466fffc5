import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { describeRepeatable } from '../administration/any-write.ts';
import { expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('deleteWebhookEndpoint', (scenario) => {
  const { clock, openInbox, send } = scenario;

  describe('204', () => {
    test('deletes it, with its deliveries, and answers with nothing', async () => {
      const webhooks = await WebhookClient.ofNewTenant(scenario);
      const { id } = await webhooks.create({ url });
      expect(await webhooks.ask('DELETE', pathOf(id))).toMatchObject({ status: 204, text: '' });
      expectProblem(await webhooks.ask('GET', pathOf(id)), 'not-found');
      expectProblem(await webhooks.ask('GET', pathOf(id, 'deliveries')), 'not-found');
      expect((await webhooks.list()).data).toEqual([]);
    });

    test('nothing is sent there any more, not even what was to be sent again', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const watched = await openInbox();
      inbox.answer(500);
      const endpoint = await webhooks.create({ url: inbox.url });
      await webhooks.reserve('one');
      await inbox.take();
      await webhooks.untilAttempts(endpoint, 1);
      await webhooks.delete(endpoint);
      await webhooks.create({ url: watched.url });
      await clock.advance({ seconds: 6 });
      await webhooks.reserve('other');
      await watched.take();
      expect(inbox.untaken).toEqual([]);
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a parameter that it does not know', async () => {
      const answer = await send('DELETE', `${pathOf(unknownId)}?unknown=1`);
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: 'query.unknown' }] } });
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'DELETE', path: pathOf(unknownId) }));

  describe('404', () => {
    test('is the answer for an endpoint that there is not, or of others, who keep it', async () => {
      const webhooks = new WebhookClient(scenario);
      const endpoint = await webhooks.create({ url });
      expectProblem(await send('DELETE', pathOf(unknownId)), 'not-found');
      for (const apiKey of [apiKeys.test, apiKeys.otherTenant])
        expectProblem(await send('DELETE', pathOf(endpoint.id), { apiKey }), 'not-found');
      expect(await webhooks.get(endpoint)).toMatchObject({ enabled: true });
    });
  });

  describeRepeatable(scenario, async () => {
    const { id } = await new WebhookClient(scenario).create({ url });
    return { method: 'DELETE', path: pathOf(id) };
  });
});
