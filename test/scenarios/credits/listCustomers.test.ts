import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CreditClient } from './credit-client.ts';
import { testPaging } from './paging.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/customers';

describeTargets('listCustomers', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('200', () => {
    test('shows each customer as it is shown by itself', async () => {
      await clock.advance({ seconds: 1 });
      const created = await credits.createCustomer({
        external_id: unique('customer'),
        metadata: { a: 1 },
        overage_policy: 'allow',
      });
      expect(await credits.get<'listCustomers'>(`${path}?limit=1`)).toMatchObject({ data: [created] });
    });

    test('shows changes at once, and leaves customers where they are', async () => {
      await clock.advance({ seconds: 1 });
      const one = await credits.createCustomer({ external_id: unique('customer') });
      await clock.advance({ seconds: 1 });
      const other = await credits.createCustomer({ external_id: unique('customer') });
      const changed = await credits.patch(`${path}/${one.id}`, { display_name: 'Ada' });
      expect(await credits.get<'listCustomers'>(`${path}?limit=2`)).toMatchObject({ data: [other, changed] });
    });

    test('shows customers that a top-up has created', async () => {
      await clock.advance({ seconds: 1 });
      const customer = await credits.open(1_000);
      expect(await credits.get<'listCustomers'>(`${path}?limit=1`)).toMatchObject({ data: [{ id: customer.id }] });
    });

    test('shows nobody else’s customers', async () => {
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      await credits.open();
      expect(await others.get<'listCustomers'>(path)).toEqual({
        data: [],
        pagination: { has_more: false, next_cursor: null },
      });
      const { id } = await others.open();
      expect(await others.get<'listCustomers'>(path)).toMatchObject({ data: [{ id }] });
      const { data } = await credits.get<'listCustomers'>(`${path}?limit=200`);
      expect(data.map((customer) => customer.id)).not.toContain(id);
    });

    testPaging(scenario, async (client) => {
      const add = async (count: number) => {
        const created = await Promise.all(Array.from({ length: count }, () => client.open()));
        return created.map(({ id }) => id);
      };
      return { path, add };
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['external_id=a', 'query.external_id', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => expectFaults(await send('GET', `${path}?${query}`), [field, rule]));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
