import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { endpointsPath as path, WebhookClient } from './webhook-client.ts';

const url = 'https://hooks.example.com/holdfast';

describeTargets('listWebhookEndpoints', (scenario) => {
  const { clock, send } = scenario;

  describe('200', () => {
    test('has all endpoints of the tenant, the oldest first, without secrets, and none of others', async () => {
      const [webhooks, others] = [await WebhookClient.ofNewTenant(scenario), await WebhookClient.ofNewTenant(scenario)];
      const created = [await webhooks.create({ url })];
      await clock.advance({ milliseconds: 1 });
      created.push(await webhooks.create({ url, types: ['RESERVED'] }));
      await others.create({ url });
      const { data, pagination } = await webhooks.list();
      expect(pagination).toEqual({ has_more: false, next_cursor: null });
      expect(data).toEqual([await webhooks.get(created[0]!), await webhooks.get(created[1]!)]);
      expect(JSON.stringify(data)).not.toContain('whsec_');
    });

    test('is read page by page, each endpoint once, and says when there is no more', async () => {
      const webhooks = await WebhookClient.ofNewTenant(scenario);
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) {
        ids.push((await webhooks.create({ url })).id);
        await clock.advance({ milliseconds: 1 });
      }
      const read: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await webhooks.list({ limit: 2, ...(cursor && { cursor }) });
        expect(page.data.length).toBeLessThanOrEqual(2);
        read.push(...page.data.map(({ id }) => id));
        cursor = page.pagination.next_cursor;
        expect(page.pagination.has_more).toBe(cursor !== null);
      }
      expect(read).toEqual(ids);
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['limit=201', 'query.limit', 'maximum'],
    ])('refuses %s', async (query, pointer, rule) => {
      expectFaults(await send('GET', `${path}?${query}`), [pointer, rule]);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
