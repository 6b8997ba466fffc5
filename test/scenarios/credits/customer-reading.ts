/** Guarantees of what shows a customer, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { testUnknownCustomer } from './unknown-customer.ts';

export function describeCustomerReading(scenario: Scenario, form: PathForm): void {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('200', () => {
    test('shows what is known about a customer', async () => {
      const externalId = unique('customer');
      const created = await credits.createCustomer({
        external_id: externalId,
        display_name: 'Ada',
        metadata: { a: [1] },
      });
      await clock.advance({ seconds: 5 });
      expect(await credits.get(form({ id: created.id, externalId }))).toEqual(created);
    });

    test('shows a customer that a top-up has created', async () => {
      const customer = await credits.open(1_000);
      expect(await credits.get(form(customer))).toEqual({
        id: customer.id,
        external_id: customer.externalId,
        display_name: null,
        metadata: {},
        overage_policy: null,
        overage_limit: null,
        balance_thresholds: null,
        created_at: wireTime(clock),
        updated_at: wireTime(clock),
      });
    });

    test('does not say that credits that come and go are an update', async () => {
      const customer = await credits.open();
      const before = await credits.get(form(customer));
      await clock.advance({ seconds: 5 });
      await credits.grant(customer, 1_000);
      await credits.hold(customer, await credits.metricAt(1), 1);
      expect(await credits.get(form(customer))).toEqual(before);
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', form(await credits.open()))).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: form(anybody) }));

  describe('404', () => testUnknownCustomer(scenario, form, { method: 'GET', end: '' }));
}
