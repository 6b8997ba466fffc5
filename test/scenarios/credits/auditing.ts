/** Guarantees of the audit, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';

const end = '/credits/audit';

export function describeAuditing(scenario: Scenario, form: PathForm): void {
  const { clock, sweep, send } = scenario;
  const credits = new CreditClient(scenario);

  const audit = (customer: CustomerIds) => credits.get<'auditAccount'>(`${form(customer)}${end}`);

  describe('200', () => {
    test('adds up the ledger, the blocks and the holds, and answers with exactly these members', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      await credits.grant(customer, 5_000);
      await credits.hold(customer, metric, 10);
      await credits.commit(await credits.hold(customer, metric, 10), 7);
      expect(await audit(customer)).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        consistent: true,
        balance: 98_000,
        reserved_balance: 10_000,
        sums: { ledger_balance: 98_000, ledger_reserved: 10_000, blocks_remaining: 98_000, holds_held: 10_000 },
        transactions: 5,
        faults: [],
      });
    });

    test('finds nothing wrong with a customer that has nothing', async () => {
      expect(await audit(await credits.open())).toMatchObject({
        consistent: true,
        balance: 0,
        transactions: 0,
        faults: [],
      });
    });

    test('finds that all adds up after everything that can happen to credits', async () => {
      const customer = await credits.open(10_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      const metric = await credits.metricAt(1_000);
      await credits.grant(customer, 5_000, { priority: -1, expires_at: wireTime(clock, 60) });
      const [one, two, three] = [
        await credits.hold(customer, metric, 4, { ttl_seconds: 30 }),
        await credits.hold(customer, metric, 3),
        await credits.hold(customer, metric, 2),
      ];
      await credits.extend(three, { additional_units: 1 });
      await credits.commit(two, 1, { final: false });
      await clock.advance({ seconds: 60 });
      await credits.commit(two, 9);
      await credits.use(customer, metric, 5);
      await credits.release(three);
      await credits.adjust(customer, 2_500);
      await credits.grant(customer, 1);
      expect(await audit(customer)).toMatchObject({ consistent: true, faults: [] });
      await sweep();
      const { balance, sums, transactions } = await audit(customer);
      expect(sums).toEqual({ ledger_balance: balance, ledger_reserved: 0, blocks_remaining: balance, holds_held: 0 });
      expect(transactions).toBe((await credits.account(customer)).version);
      expect(await credits.getHold(one)).toMatchObject({ status: 'expired' });
    });

    test('is right when more has lapsed than one command works off', async () => {
      const customer = await credits.open(1_000_000);
      const metric = await credits.metricAt(1_000);
      await Promise.all(Array.from({ length: 150 }, () => credits.hold(customer, metric, 1, { ttl_seconds: 60 })));
      await clock.advance({ seconds: 120 });
      await credits.grant(customer, 1);
      expect(await audit(customer)).toMatchObject({ consistent: true, faults: [] });
      await clock.advance({ seconds: 1 });
      await credits.grant(customer, 1);
      await sweep();
      expect(await audit(customer)).toMatchObject({
        consistent: true,
        faults: [],
        reserved_balance: 0,
        transactions: 303,
      });
    });

    test('is right while writes go on', async () => {
      const customer = await credits.open(1_000_000);
      const metric = await credits.metricAt(1_000);
      const write = async () => credits.commit(await credits.hold(customer, metric, 2), 1);
      const writes = Promise.all(Array.from({ length: 40 }, write));
      const audits = await Promise.all(Array.from({ length: 8 }, () => audit(customer)));
      await writes;
      expect(audits.map(({ faults }) => faults)).toEqual(audits.map(() => []));
      expect(await audit(customer)).toMatchObject({ consistent: true, balance: 960_000, transactions: 81 });
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', `${form(await credits.open())}${end}`)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => testMalformedCustomer(scenario, form, { method: 'GET', end }));

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: `${form(anybody)}${end}` }));

  describe('404', () => testUnknownCustomer(scenario, form, { method: 'GET', end }));
}
