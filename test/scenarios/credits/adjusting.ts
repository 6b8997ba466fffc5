/** Guarantees of corrections, which both forms of their path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults, expectProblem } from './problems.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';
import { uuid } from './uuid.ts';

const end = '/credits/adjust';
const largest = Number.MAX_SAFE_INTEGER;

export function describeAdjusting(scenario: Scenario, form: PathForm): void {
  const { clock, send } = scenario;
  const credits = new CreditClient(scenario);

  const ask = (customer: CustomerIds, body: object) => credits.ask('POST', `${form(customer)}${end}`, body);
  const adjust = (customer: CustomerIds, delta: number) =>
    credits.post<'adjustCredits'>(`${form(customer)}${end}`, { delta, reason: 'correction' });

  describe('201', () => {
    test('takes credits away, and answers with exactly these members', async () => {
      const customer = await credits.open(10_000);
      const answer = await send('POST', `${form(customer)}${end}`, {
        body: { delta: -3_000, reason: 'charged twice' },
      });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        transaction: { id: uuid, delta: -3_000, type: 'adjustment', created_at: wireTime(clock) },
        account: balances(7_000),
      });
    });

    test('adds credits, as a block of their own that never expires', async () => {
      const customer = await credits.open(10_000);
      expect(await adjust(customer, 500)).toMatchObject({
        transaction: { delta: 500, type: 'adjustment' },
        account: balances(10_500),
      });
      const { blocks } = await credits.account(customer);
      expect(blocks?.at(-1)).toMatchObject({
        original_amount: 500,
        source: 'adjustment',
        reason: 'correction',
        expires_at: null,
        price_paid: null,
      });
    });

    test('does not count as earned', async () => {
      const customer = await credits.open(10_000);
      await adjust(customer, 500);
      await adjust(customer, -700);
      expect(await credits.account(customer)).toMatchObject({ lifetime_earned: 10_000, balance: 9_800 });
    });

    test('takes away in the order in which credits are used up', async () => {
      const customer = await credits.open();
      await credits.grant(customer, 1_000, { priority: 2 });
      await credits.grant(customer, 1_000, { priority: 1 });
      await adjust(customer, -1_500);
      expect(await credits.blocks(customer)).toEqual([[500, 0]]);
    });

    test('takes all that is neither used up nor held, and nothing of what is held', async () => {
      const customer = await credits.open(10_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 4);
      expect(await adjust(customer, -6_000)).toMatchObject({ account: balances(4_000, 4_000) });
      expect(await credits.commit(held, 4)).toMatchObject({ actual_cost: 4_000, uncollected: 0 });
    });

    test('pays a debt first when it adds', async () => {
      const customer = await credits.open();
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      await credits.use(customer, await credits.metricAt(1_000), 1);
      expect(await adjust(customer, 1_500)).toMatchObject({ transaction: { delta: 1_500 }, account: balances(500) });
      expect(await credits.blocks(customer)).toEqual([[500, 0]]);
    });

    test('leaves one entry in the ledger, which is the transaction of the answer and gives the reason', async () => {
      const customer = await credits.open(10_000);
      const { transaction } = await adjust(customer, -3_000);
      const [entry, grant] = await credits.transactions(customer);
      expect(entry).toEqual({
        ...transaction,
        balance_delta: -3_000,
        reserved_delta: 0,
        balance_after: 7_000,
        reserved_after: 0,
        reference_id: null,
        billable_metric_key: null,
        units: null,
        reason: 'correction',
        metadata: {},
        blocks: [{ block_id: grant!.blocks[0]!.block_id, amount: -3_000 }],
        occurred_at: null,
      });
    });
  });

  describe('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const customer = await credits.open(1_000);
      const before = await credits.everythingOf(customer);
      expectFaults(await ask(customer, { delta: 1, reason: 'correction', ...change }), ...faults);
      expect(await credits.everythingOf(customer)).toEqual(before);
    };

    test('refuses 0', () => refuse({ delta: 0 }, ['/delta', 'not']));
    test('refuses -0', async () => {
      const body = '{"delta": -0, "reason": "correction"}';
      expectFaults(await send('POST', `${form(await credits.open(1_000))}${end}`, { body }), ['/delta', 'not']);
    });
    test('refuses half a millicredit', () => refuse({ delta: 1.5 }, ['/delta', 'type']));
    test('refuses 2^53', () => refuse({ delta: 2 ** 53 }, ['/delta', 'maximum']));
    test('refuses -2^53', () => refuse({ delta: -(2 ** 53) }, ['/delta', 'minimum']));
    test('refuses a balance beyond 2^53 - 1', () => refuse({ delta: largest }, ['/delta', 'maximum']));
    test('refuses a correction for no reason', () => refuse({ reason: undefined }, ['/reason', 'required']));
    test('refuses an empty reason', () => refuse({ reason: '' }, ['/reason', 'minLength']));

    testMalformedCustomer(scenario, form, { method: 'POST', end, body: { delta: 1, reason: 'correction' } });
  });

  describe('402', () => {
    test('is the answer when less than that is neither used up nor held, and nothing changes', async () => {
      const customer = await credits.open(10_000);
      await credits.hold(customer, await credits.metricAt(1_000), 4);
      const before = await credits.everythingOf(customer);
      for (const delta of [-6_001, -10_000, -largest]) {
        expectProblem(
          await ask(customer, { delta, reason: 'correction' }),
          'insufficient-credits',
          'Insufficient credits.',
        );
      }
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test('is the answer also where usage may go below 0', async () => {
      const customer = await credits.open(1_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      expectProblem(await ask(customer, { delta: -1_001, reason: 'correction' }), 'insufficient-credits');
    });
  });

  describe('404', () =>
    testUnknownCustomer(scenario, form, { method: 'POST', end, body: { delta: 1, reason: 'correction' } }));

  describeAnyWrite(scenario, { method: 'POST', path: `${form(anybody)}${end}` }, async () => {
    return {
      method: 'POST',
      path: `${form(await credits.open(1_000))}${end}`,
      body: { delta: -1, reason: 'correction' },
    };
  });
}
