/** Guarantees of what shows an account, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults } from './problems.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';
import { uuid } from './uuid.ts';

export function describeAccountReading(scenario: Scenario, form: PathForm): void {
  const { clock, sweep, send } = scenario;
  const credits = new CreditClient(scenario);

  const pathOf = (customer: CustomerIds, query = '') => `${form(customer)}/credits${query}`;
  const read = (customer: CustomerIds, query = '') => credits.get<'getAccount'>(pathOf(customer, query));

  describe('200', () => {
    test('shows the balances, and exactly these members', async () => {
      const customer = await credits.open(100_000);
      await credits.hold(customer, await credits.metricAt(1_000), 10);
      const account = {
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        balance: 100_000,
        reserved_balance: 10_000,
        effective_balance: 90_000,
        lifetime_earned: 100_000,
        version: 2,
      };
      expect(await read(customer)).toEqual(account);
      expect(await read(customer, '?include_blocks=false')).toEqual(account);
    });

    test('shows the blocks that the balance is made of, if it is asked to, and exactly their members', async () => {
      const customer = await credits.open();
      await credits.topUp({
        external_customer_id: customer.externalId,
        credits: 50_000,
        price_paid: 4_900,
        currency: 'EUR',
        package_id: 'starter',
        external_payment_id: 'pay_8Kd2',
        priority: 5,
        expires_at: wireTime(clock, 3_600),
        metadata: { campaign: 'spring' },
      });
      await credits.grant(customer, 1_000, { source: 'promotion', reason: 'welcome', priority: 5 });
      const metric = await credits.metricAt(1_000);
      await credits.use(customer, metric, 20);
      await credits.hold(customer, metric, 10);
      expect(await read(customer, '?include_blocks=true')).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        ...balances(31_000, 10_000),
        lifetime_earned: 51_000,
        version: 4,
        blocks: [
          {
            id: uuid,
            original_amount: 50_000,
            remaining_amount: 30_000,
            held_amount: 10_000,
            priority: 5,
            expires_at: wireTime(clock, 3_600),
            source: 'topup',
            price_paid: 4_900,
            currency: 'EUR',
            package_id: 'starter',
            external_payment_id: 'pay_8Kd2',
            reason: null,
            metadata: { campaign: 'spring' },
            created_at: wireTime(clock),
          },
          {
            id: uuid,
            original_amount: 1_000,
            remaining_amount: 1_000,
            held_amount: 0,
            priority: 5,
            expires_at: null,
            source: 'promotion',
            price_paid: null,
            currency: null,
            package_id: null,
            external_payment_id: null,
            reason: 'welcome',
            metadata: {},
            created_at: wireTime(clock),
          },
        ],
        blocks_has_more: false,
      });
    });

    test('shows the blocks in the order in which they are used up, also those that holds have taken as a whole', async () => {
      const customer = await credits.open();
      await credits.grant(customer, 3_000, { priority: 3 });
      await credits.grant(customer, 1_000, { priority: 1 });
      await credits.grant(customer, 2_000, { priority: 2 });
      await credits.hold(customer, await credits.metricAt(1_000), 2);
      expect(await credits.blocks(customer)).toEqual([
        [1_000, 1_000],
        [2_000, 1_000],
        [3_000, 0],
      ]);
    });

    test('does not show blocks of which nothing is left', async () => {
      const customer = await credits.open(1_000);
      await credits.grant(customer, 500);
      await credits.use(customer, await credits.metricAt(1_000), 1);
      expect(await credits.blocks(customer)).toEqual([[500, 0]]);
    });

    test('shows a debt as one more block, so that what remains of the blocks adds up to the balance', async () => {
      const customer = await credits.open(1_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      await credits.use(customer, await credits.metricAt(1_000), 3);
      const account = await read(customer, '?include_blocks=true');
      expect(account).toMatchObject(balances(-2_000));
      expect(account.blocks).toEqual([
        {
          id: uuid,
          original_amount: 0,
          remaining_amount: -2_000,
          held_amount: 0,
          priority: 0,
          expires_at: null,
          source: 'overage',
          price_paid: null,
          currency: null,
          package_id: null,
          external_payment_id: null,
          reason: null,
          metadata: {},
          created_at: wireTime(clock),
        },
      ]);
    });

    test('shows what has expired as gone from that very moment on, before the sweep as well as after it', async () => {
      const customer = await credits.open(1_000);
      await credits.grant(customer, 500, { expires_at: wireTime(clock, 60) });
      await clock.advance({ milliseconds: 59_999 });
      expect(await read(customer)).toMatchObject(balances(1_500));
      await clock.advance({ milliseconds: 1 });
      const account = await read(customer, '?include_blocks=true');
      expect(account).toMatchObject({ ...balances(1_000), lifetime_earned: 1_500, blocks: { length: 1 } });
      await sweep();
      expect(await read(customer, '?include_blocks=true')).toEqual(account);
    });

    test('has a version that rises with each entry of the ledger, and with nothing else', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const versions: number[] = [];
      const look = async () => versions.push((await read(customer)).version);
      await look();
      const held = await credits.hold(customer, metric, 10);
      await look();
      await credits.extend(held, { ttl_seconds: 3_600 });
      await look();
      await credits.commit(held, 7);
      await look();
      await credits.adjust(customer, 5);
      await look();
      expect(versions).toEqual([1, 2, 2, 3, 4]);
    });

    test('sees what was acknowledged before', async () => {
      const customer = await credits.open(100_000);
      for (let round = 1; round <= 10; round += 1) {
        await credits.grant(customer, 1);
        expect((await read(customer)).balance).toBe(100_000 + round);
      }
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', pathOf(await credits.open()))).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['include_blocks=yes', 'query.include_blocks', 'type'],
      ['include_blocks=1', 'query.include_blocks', 'type'],
      ['include_blocks=TRUE', 'query.include_blocks', 'type'],
      ['include_blocks', 'query.include_blocks', 'type'],
      ['blocks=true', 'query.blocks', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => {
      expectFaults(await send('GET', pathOf(await credits.open(), `?${query}`)), [field, rule]);
    });

    testMalformedCustomer(scenario, form, { method: 'GET', end: '/credits' });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: pathOf(anybody) }));

  describe('404', () => testUnknownCustomer(scenario, form, { method: 'GET', end: '/credits' }));
}
