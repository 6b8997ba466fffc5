import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { pathOf, unknownId, WebhookClient } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('getWebhookEndpoint', (scenario) => {
  const { send } = scenario;

  describe('200', () => {
    test('answers with the endpoint, and never with its secret', async () => {
      const webhooks = await WebhookClient.ofNewTenant(scenario);
      const { secret, ...endpoint } = await webhooks.create({ url, types: ['credits.*'] });
      const answer = await webhooks.ask('GET', pathOf(endpoint.id));
      expect(answer).toMatchObject({ status: 200, json: endpoint });
      expect(answer.text).not.toContain(secret);
      await webhooks.rotateSecret(endpoint);
      expect(Object.keys((await webhooks.get(endpoint)) as object)).not.toContain('secret');
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses a parameter that it does not know', async () => {
      const answer = await send('GET', `${pathOf(unknownId)}?unknown=1`);
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: 'query.unknown' }] } });
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: pathOf(unknownId) }));

  describe('404', () => {
    test('is the answer for an endpoint that there is not, of another tenant, or of the other environment', async () => {
      const { id } = await new WebhookClient(scenario).create({ url });
      expectProblem(await send('GET', pathOf(unknownId)), 'not-found');
      for (const apiKey of [apiKeys.test, apiKeys.otherTenant])
        expectProblem(await send('GET', pathOf(id), { apiKey }), 'not-found');
    });
  });
});
