/** Guarantees of giving credits, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults } from './problems.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';
import { uuid } from './uuid.ts';

const end = '/credits/grant';
const largest = Number.MAX_SAFE_INTEGER;

export function describeGranting(scenario: Scenario, form: PathForm): void {
  const { clock, send } = scenario;
  const credits = new CreditClient(scenario);

  const grant = (customer: CustomerIds, body: object) => credits.post<'grantCredits'>(`${form(customer)}${end}`, body);

  describe('201', () => {
    test('gives credits as a block of their own, and answers with exactly these members', async () => {
      const customer = await credits.open(1_000);
      const body = {
        credits: 5_000,
        source: 'promotion',
        reason: 'welcome',
        priority: -5,
        expires_at: wireTime(clock, 3_600),
        metadata: { campaign: 'spring' },
      };
      const answer = await send('POST', `${form(customer)}${end}`, { body });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        block: {
          id: uuid,
          original_amount: 5_000,
          remaining_amount: 5_000,
          held_amount: 0,
          priority: -5,
          expires_at: wireTime(clock, 3_600),
          source: 'promotion',
          price_paid: null,
          currency: null,
          package_id: null,
          external_payment_id: null,
          reason: 'welcome',
          metadata: { campaign: 'spring' },
          created_at: wireTime(clock),
        },
        transaction: { id: uuid, delta: 5_000, type: 'grant', created_at: wireTime(clock) },
        account: balances(6_000),
      });
    });

    test('needs no more than an amount and a source; then the credits never expire, and have the priority 0', async () => {
      const customer = await credits.open();
      const { block } = await grant(customer, { credits: 1, source: 'promotion' });
      expect(block).toMatchObject({ priority: 0, expires_at: null, reason: null, metadata: {} });
    });

    test('never merges blocks, however alike they are', async () => {
      const customer = await credits.open();
      for (const amount of [1, 2, 1]) await grant(customer, { credits: amount, source: 'promotion' });
      expect(await credits.blocks(customer)).toEqual([
        [1, 0],
        [2, 0],
        [1, 0],
      ]);
    });

    test('counts into what was ever earned, which using it up does not change', async () => {
      const customer = await credits.open(1_000);
      await grant(customer, { credits: 5_000, source: 'promotion' });
      await credits.use(customer, await credits.metricAt(1_000), 6);
      expect(await credits.account(customer)).toMatchObject({ ...balances(0), lifetime_earned: 6_000 });
    });

    test.each([
      ['Z', '.000Z'],
      ['+00:00', '.000+00:00'],
      ['seconds only', 'Z'],
    ])('takes an expiry with %s, and answers with Z', async (_what, ending) => {
      const at = wireTime(clock, 3_600);
      const { block } = await grant(await credits.open(), {
        credits: 1,
        source: 'promotion',
        expires_at: at.replace('.000Z', ending),
      });
      expect(block.expires_at).toBe(at);
    });

    test('takes an expiry a millisecond from now', async () => {
      const customer = await credits.open();
      const at = new Date(clock.now() + 1).toISOString();
      await grant(customer, { credits: 7, source: 'promotion', expires_at: at });
      expect(await credits.balances(customer)).toEqual(balances(7));
      await clock.advance({ milliseconds: 1 });
      expect(await credits.balances(customer)).toEqual(balances(0));
    });

    test('pays a debt first', async () => {
      const customer = await credits.open(1_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      await credits.use(customer, await credits.metricAt(1_000), 4);
      const some = await grant(customer, { credits: 1_000, source: 'promotion' });
      expect(some).toMatchObject({
        block: { original_amount: 1_000, remaining_amount: 0 },
        transaction: { delta: 1_000 },
        account: balances(-2_000),
      });
      const more = await grant(customer, { credits: 5_000, source: 'promotion' });
      expect(more).toMatchObject({
        block: { original_amount: 5_000, remaining_amount: 3_000 },
        account: balances(3_000),
      });
      expect(await credits.blocks(customer)).toEqual([[3_000, 0]]);
      expect(await credits.audit(customer)).toMatchObject({ consistent: true });
    });

    test('gives as much as can be counted', async () => {
      expect(await grant(await credits.open(), { credits: largest, source: 'promotion' })).toMatchObject({
        account: balances(largest),
      });
    });

    test('leaves one entry in the ledger, which is the transaction of the answer and refers to the block', async () => {
      const customer = await credits.open();
      const { block, transaction } = await grant(customer, {
        credits: 5_000,
        source: 'promotion',
        reason: 'welcome',
        metadata: { a: 1 },
      });
      expect(await credits.transactions(customer)).toEqual([
        {
          ...transaction,
          balance_delta: 5_000,
          reserved_delta: 0,
          balance_after: 5_000,
          reserved_after: 0,
          reference_id: block.id,
          billable_metric_key: null,
          units: null,
          reason: 'welcome',
          metadata: { a: 1 },
          blocks: [{ block_id: block.id, amount: 5_000 }],
          occurred_at: null,
        },
      ]);
    });
  });

  describe('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const customer = await credits.open(1_000);
      const before = await credits.everythingOf(customer);
      const body = { credits: 1_000, source: 'promotion', ...change };
      expectFaults(await credits.ask('POST', `${form(customer)}${end}`, body), ...faults);
      expect(await credits.everythingOf(customer)).toEqual(before);
    };

    test('refuses 0 credits', () => refuse({ credits: 0 }, ['/credits', 'minimum']));
    test('refuses credits below 0', () => refuse({ credits: -1_000 }, ['/credits', 'minimum']));
    test('refuses half a millicredit', () => refuse({ credits: 0.5 }, ['/credits', 'type'], ['/credits', 'minimum']));
    test('refuses 2^53 credits', () => refuse({ credits: 2 ** 53 }, ['/credits', 'maximum']));
    test('refuses a balance beyond 2^53 - 1', () => refuse({ credits: largest }, ['/credits', 'maximum']));
    test('refuses credits of no source', () => refuse({ source: undefined }, ['/source', 'required']));
    test('refuses a priority beyond a million', () => refuse({ priority: 1_000_001 }, ['/priority', 'maximum']));
    test('refuses an expiry that is now', () => refuse({ expires_at: wireTime(clock) }, ['/expires_at', 'future']));
    test('refuses an expiry that is over', () =>
      refuse({ expires_at: '2020-01-01T00:00:00Z' }, ['/expires_at', 'future']));
    test('refuses an expiry in another time zone', () =>
      refuse({ expires_at: '2099-01-01T00:00:00+01:00' }, ['/expires_at', 'pattern']));
    test('refuses an expiry on a day that there is not', () =>
      refuse({ expires_at: '2099-02-30T00:00:00Z' }, ['/expires_at', 'format']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { text: 'x'.repeat(4_096) } }, ['/metadata', 'maxBytes']));
    test('refuses a price, which a top-up has', () =>
      refuse({ price_paid: 1 }, ['/price_paid', 'additionalProperties']));

    testMalformedCustomer(scenario, form, { method: 'POST', end, body: { credits: 1, source: 'promotion' } });
  });

  describe('404', () =>
    testUnknownCustomer(scenario, form, { method: 'POST', end, body: { credits: 1, source: 'promotion' } }));

  describeAnyWrite(scenario, { method: 'POST', path: `${form(anybody)}${end}` }, async () => {
    return {
      method: 'POST',
      path: `${form(await credits.open())}${end}`,
      body: { credits: 1_000, source: 'promotion' },
    };
  });
}
