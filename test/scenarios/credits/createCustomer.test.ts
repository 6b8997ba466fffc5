import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { unusualNames } from '../unusual-names.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';
import { uuid } from './uuid.ts';

const path = '/v1/customers';

describeTargets('createCustomer', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('201', () => {
    test('creates a customer, and answers with exactly these members', async () => {
      const body = {
        external_id: unique('customer'),
        display_name: 'Ada’s Images',
        metadata: { plan: 'pro' },
        overage_policy: 'notify',
        overage_limit: 5_000,
      };
      const answer = await send('POST', path, { body });
      expect(answer.status).toBe(201);
      const times = { created_at: wireTime(clock), updated_at: wireTime(clock) };
      expect(answer.json).toEqual({ id: uuid, ...body, balance_thresholds: null, ...times });
    });

    test('needs no more than an external id', async () => {
      const externalId = unique('customer');
      expect(await credits.createCustomer({ external_id: externalId })).toEqual({
        id: uuid,
        external_id: externalId,
        display_name: null,
        metadata: {},
        overage_policy: null,
        overage_limit: null,
        balance_thresholds: null,
        created_at: wireTime(clock),
        updated_at: wireTime(clock),
      });
    });

    test('gives the customer an empty account', async () => {
      const customer = await credits.open();
      expect(await credits.account(customer)).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        ...balances(0),
        lifetime_earned: 0,
        version: 0,
        blocks: [],
        blocks_has_more: false,
      });
    });

    test.each(unusualNames)('keeps the external id %j as it is', async (externalId) => {
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      const { id } = await others.createCustomer({ external_id: externalId });
      const found = await others.get<'getCustomer'>(`${path}/${id}`);
      expect(found.external_id).toBe(externalId);
    });

    test.each([
      ['case', 'Ada', 'ada'],
      ['composition', '\u00e9', 'e\u0301'],
      ['width', 'Ａ', 'A'],
      ['a space at the end', 'x ', 'x'],
      ['their encoding', 'a%2Fb', 'a/b'],
    ])('tells external ids apart that differ only in %s', async (_difference, one, other) => {
      const word = unique('customer');
      const created = [];
      for (const end of [one, other]) created.push(await credits.createCustomer({ external_id: `${word}${end}` }));
      expect(created[0]?.id).not.toBe(created[1]?.id);
    });

    test.each([apiKeys.otherTenant, apiKeys.test])(
      'gives others the same external id, for a customer of their own: %s',
      async (apiKey) => {
        const { id, externalId } = await credits.open(1_000);
        const others = new CreditClient(scenario, apiKey);
        const created = await others.createCustomer({ external_id: externalId });
        expect(created.id).not.toBe(id);
        expect(await others.balances({ id: created.id, externalId })).toEqual(balances(0));
      },
    );
  });

  scenario.describeGateway('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const externalId = unique('customer');
      expectFaults(await credits.ask('POST', path, { external_id: externalId, ...change }), ...faults);
      expectProblem(await credits.ask('GET', `/v1/customer-by-external-id/${externalId}`), 'not-found');
    };

    test('refuses to guess the external id', () => refuse({ external_id: undefined }, ['/external_id', 'required']));
    test('refuses an empty external id', () => refuse({ external_id: '' }, ['/external_id', 'minLength']));
    test('refuses an external id of 257 characters', () =>
      refuse({ external_id: 'x'.repeat(257) }, ['/external_id', 'maxLength']));
    test('refuses an external id with a line break', () =>
      refuse({ external_id: 'a\nb' }, ['/external_id', 'pattern']));
    test('refuses an overage policy that there is not', () =>
      refuse({ overage_policy: 'deny' }, ['/overage_policy', 'enum']));
    test('refuses an overage limit below 0', () => refuse({ overage_limit: -1 }, ['/overage_limit', 'minimum']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { text: 'x'.repeat(4_096) } }, ['/metadata', 'maxBytes']));
    test('refuses to be told an id', () => refuse({ id: '1' }, ['/id', 'additionalProperties']));
  });

  describe('409', () => {
    test('is the answer when there is a customer with that external id, which stays as it is', async () => {
      const customer = await credits.open(1_000);
      const before = await credits.everythingOf(customer);
      const answer = await credits.ask('POST', path, { external_id: customer.externalId, display_name: 'Eve' });
      expectProblem(answer, 'conflict', `There is a customer with the external id ${customer.externalId} already.`);
      expect(await credits.everythingOf(customer)).toEqual(before);
    });
  });

  describeAnyWrite(scenario, { method: 'POST', path }, async () => ({
    method: 'POST',
    path,
    body: { external_id: unique('customer'), display_name: 'Ada' },
  }));
});
