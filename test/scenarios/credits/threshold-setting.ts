/** Guarantees of setting thresholds, which both forms of their path have. */
import { afterEach, describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds, Result } from './credit-client.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults } from './problems.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';

const end = '/credits/thresholds';
const largest = Number.MAX_SAFE_INTEGER;

export function describeThresholdSetting(scenario: Scenario, form: PathForm): void {
  const { clock } = scenario;
  const credits = new CreditClient(scenario);

  const ask = (customer: CustomerIds, body: object) => credits.ask('PUT', `${form(customer)}${end}`, body);
  const put = async (customer: CustomerIds, amounts: readonly number[] | null) => {
    const { status, json } = await ask(customer, { amounts });
    expect(status).toBe(200);
    return json as Result<'putCreditThresholds'>;
  };
  const setTenant = (amounts: readonly number[]) =>
    credits.patch('/v1/credit-settings', { balance_thresholds: amounts });

  afterEach(() => setTenant([]));

  describe('200', () => {
    test('sets them, and answers with exactly these members, the amounts in order', async () => {
      const customer = await credits.open();
      expect(await put(customer, [500, 0, largest, 20])).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        amounts: [0, 20, 500, largest],
        inherited: false,
      });
    });

    test('takes 16, and replaces those from before', async () => {
      const customer = await credits.open();
      const sixteen = Array.from({ length: 16 }, (_, index) => index * 1_000);
      expect(await put(customer, sixteen)).toMatchObject({ amounts: sixteen });
      expect(await put(customer, [7])).toMatchObject({ amounts: [7], inherited: false });
      expect(await put(customer, [])).toMatchObject({ amounts: [], inherited: false });
    });

    test('goes back to those of the settings by null, whatever these become', async () => {
      await setTenant([300, 100]);
      const customer = await credits.open();
      await put(customer, [7]);
      expect(await put(customer, null)).toMatchObject({ amounts: [100, 300], inherited: true });
      await setTenant([5]);
      expect(await put(customer, null)).toMatchObject({ amounts: [5], inherited: true });
    });

    test('shows those of its own with the customer, and changes nothing else', async () => {
      const customer = await credits.open(1_000);
      const [before, ...rest] = await credits.everythingOf(customer);
      await clock.advance({ seconds: 5 });
      const changed = { ...(before as object), updated_at: wireTime(clock) };
      for (const balance_thresholds of [[20, 2_000], null]) {
        await put(customer, balance_thresholds?.toReversed() ?? null);
        expect(await credits.everythingOf(customer)).toEqual([{ ...changed, balance_thresholds }, ...rest]);
      }
    });
  });

  scenario.describeGateway('400', () => {
    test.each<readonly [string, object, readonly [string, string]]>([
      ['no amounts', {}, ['/amounts', 'required']],
      ['one amount without a list', { amounts: 5 }, ['/amounts', 'type']],
      ['more than 16', { amounts: Array.from({ length: 17 }, (_, index) => index) }, ['/amounts', 'maxItems']],
      ['the same amount twice', { amounts: [5, 5] }, ['/amounts', 'uniqueItems']],
      ['an amount below 0', { amounts: [5, -1] }, ['/amounts/1', 'minimum']],
      ['half a millicredit', { amounts: [0.5] }, ['/amounts/0', 'type']],
      ['2^53', { amounts: [2 ** 53] }, ['/amounts/0', 'maximum']],
      ['another member', { amounts: [], type: 'low' }, ['/type', 'additionalProperties']],
    ])('refuses %s', async (_, body, fault) => expectFaults(await ask(await credits.open(), body), [...fault]));

    testMalformedCustomer(scenario, form, { method: 'PUT', end, body: { amounts: [5] } });
  });

  describe('404', () => testUnknownCustomer(scenario, form, { method: 'PUT', end, body: { amounts: [5] } }));

  let amount = 0;
  describeAnyWrite(scenario, { method: 'PUT', path: `${form(anybody)}${end}` }, async () => {
    amount += 1;
    return { method: 'PUT', path: `${form(await credits.open())}${end}`, body: { amounts: [amount] } };
  });
}
