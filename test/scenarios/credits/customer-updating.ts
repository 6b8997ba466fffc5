/** Guarantees of what changes a customer, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds, Result } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults } from './problems.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';

export function describeCustomerUpdating(scenario: Scenario, form: PathForm): void {
  const { clock, unique } = scenario;
  const credits = new CreditClient(scenario);

  const begin = async (): Promise<CustomerIds & { readonly created: Result<'createCustomer'> }> => {
    const externalId = unique('customer');
    const more = { display_name: 'Ada', metadata: { a: 1, b: 2 }, overage_policy: 'allow', overage_limit: 5_000 };
    const created = await credits.createCustomer({ external_id: externalId, ...more });
    return { id: created.id, externalId, created };
  };
  const update = (customer: CustomerIds, change: object) => credits.patch<'updateCustomer'>(form(customer), change);

  describe('200', () => {
    test.each([
      { display_name: 'Eve' },
      { display_name: null },
      { metadata: { c: 3 } },
      { metadata: {} },
      { overage_policy: 'notify' },
      { overage_policy: null },
      { overage_limit: 0 },
      { overage_limit: null },
      { display_name: 'Eve', metadata: { c: 3 }, overage_policy: 'block', overage_limit: null },
    ])('changes what is given, and leaves the rest: %j', async (change) => {
      const customer = await begin();
      await clock.advance({ seconds: 5 });
      const changed = { ...customer.created, ...change, updated_at: wireTime(clock) };
      expect(await update(customer, change)).toEqual(changed);
      expect(await credits.get(form(customer))).toEqual(changed);
    });

    test('leaves the credits as they are', async () => {
      const customer = await credits.open(1_000);
      const before = await credits.account(customer);
      await update(customer, { display_name: 'Eve' });
      expect(await credits.account(customer)).toEqual(before);
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const customer = await begin();
      expectFaults(await credits.ask('PATCH', form(customer), change), ...faults);
      expect(await credits.get(form(customer))).toEqual(customer.created);
    };

    test('refuses to change nothing', () => refuse({}, ['body', 'minProperties']));
    test('refuses another external id, which never changes', () =>
      refuse({ external_id: 'b' }, ['/external_id', 'additionalProperties']));
    test('refuses an overage policy that there is not', () =>
      refuse({ overage_policy: '' }, ['/overage_policy', 'enum']));
    test('refuses an overage limit of 2^53', () => refuse({ overage_limit: 2 ** 53 }, ['/overage_limit', 'maximum']));
    test('refuses null for metadata', () => refuse({ metadata: null }, ['/metadata', 'type']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { text: 'x'.repeat(4_096) } }, ['/metadata', 'maxBytes']));

    testMalformedCustomer(scenario, form, { method: 'PATCH', end: '', body: { display_name: 'Eve' } });
  });

  describe('404', () =>
    testUnknownCustomer(scenario, form, { method: 'PATCH', end: '', body: { display_name: 'Eve' } }));

  describeAnyWrite(scenario, { method: 'PATCH', path: form(anybody) }, async () => ({
    method: 'PATCH',
    path: form(await begin()),
    body: { display_name: 'Eve', overage_limit: 1 },
  }));
}
