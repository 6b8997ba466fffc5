import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { unusualNames } from '../unusual-names.ts';
import { CreditClient } from './credit-client.ts';
import { describeCustomerReading } from './customer-reading.ts';
import { byExternalId } from './path-forms.ts';
import { testMalformedCustomer } from './unknown-customer.ts';

const root = '/v1/customer-by-external-id';

describeTargets('getCustomerByExternalId', (scenario) => {
  describeCustomerReading(scenario, byExternalId);

  describe('200 for unusual ids', () => {
    const others = new CreditClient(scenario, apiKeys.otherTenant);

    test.each(unusualNames.filter((name) => !/^\.\.?$/u.test(name)))(
      'finds %j by its percent-encoded id, kept to the letter',
      async (externalId) => {
        const created = await others.createCustomer({ external_id: externalId });
        expect(created.external_id).toBe(externalId);
        const encoded = encodeURIComponent(externalId);
        const everyByte = [...new TextEncoder().encode(externalId)]
          .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
          .join('');
        for (const form of [encoded, everyByte]) expect(await others.get(`${root}/${form}`)).toEqual(created);
        expect(await others.get(`${root}/${encoded}/credits`)).toMatchObject({
          external_customer_id: externalId,
          customer_id: created.id,
        });
        expect(await others.get(`${root}/${encoded}/reservations`)).toMatchObject({ data: [] });
      },
    );

    test('takes a plus sign in a path for itself', async () => {
      const { id } = await others.createCustomer({ external_id: 'ada+images@example.com' });
      expect(await others.get(`${root}/ada+images@example.com`)).toMatchObject({ id });
    });
  });

  scenario.describeGateway('400', () => testMalformedCustomer(scenario, byExternalId, { method: 'GET', end: '' }));
});
