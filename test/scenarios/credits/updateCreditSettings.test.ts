import { beforeEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { describeAnyWrite } from './any-write.ts';
import { CreditClient } from './credit-client.ts';
import { expectFaults } from './problems.ts';

const path = '/v1/credit-settings';
const usual = {
  overage_policy: 'block',
  overage_limit: null,
  emit_reservation_expired: false,
  balance_thresholds: [],
};

describeTargets('updateCreditSettings', (scenario) => {
  const credits = new CreditClient(scenario);

  beforeEach(() => credits.patch(path, usual));

  describe('200', () => {
    test.each([
      { overage_policy: 'allow' },
      { overage_policy: 'notify' },
      { overage_limit: 5_000 },
      { overage_limit: 0 },
      { emit_reservation_expired: true },
      { balance_thresholds: [0, 5_000] },
      { overage_policy: 'allow', overage_limit: 1, emit_reservation_expired: true, balance_thresholds: [7] },
    ])('changes what is given, and leaves the rest: %j', async (change) => {
      expect(await credits.patch(path, change)).toEqual({ ...usual, ...change });
      expect(await credits.get(path)).toEqual({ ...usual, ...change });
      expect(await credits.patch(path, { overage_limit: 7 })).toEqual({ ...usual, ...change, overage_limit: 7 });
    });

    test('keeps thresholds in order', async () => {
      const change = { balance_thresholds: [500, 0, 20] };
      expect(await credits.patch(path, change)).toEqual({ ...usual, balance_thresholds: [0, 20, 500] });
    });

    test('takes the limit away by null', async () => {
      await credits.patch(path, { overage_limit: 5_000 });
      expect(await credits.patch(path, { overage_limit: null })).toEqual(usual);
    });

    test('counts for usage from now on', async () => {
      const customer = await credits.open(1_000);
      const metric = await credits.metricAt(1_000);
      expect((await credits.askUse(customer, metric, 2)).status).toBe(402);
      await credits.patch(path, { overage_policy: 'allow' });
      expect((await credits.askUse(customer, metric, 2)).status).toBe(201);
      await credits.patch(path, { overage_policy: 'block' });
      expect((await credits.askUse(customer, metric, 1)).status).toBe(402);
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      expectFaults(await credits.ask('PATCH', path, change), ...faults);
      expect(await credits.get(path)).toEqual(usual);
    };

    test('refuses to change nothing', () => refuse({}, ['body', 'minProperties']));
    test('refuses a policy that there is not', () => refuse({ overage_policy: 'deny' }, ['/overage_policy', 'enum']));
    test('refuses a limit below 0', () => refuse({ overage_limit: -1 }, ['/overage_limit', 'minimum']));
    test('refuses a limit of 2^53', () => refuse({ overage_limit: 2 ** 53 }, ['/overage_limit', 'maximum']));
    test('refuses yes for true', () =>
      refuse({ emit_reservation_expired: 'yes' }, ['/emit_reservation_expired', 'type']));
    test('refuses the same threshold twice', () =>
      refuse({ balance_thresholds: [5, 5] }, ['/balance_thresholds', 'uniqueItems']));
    test('refuses a setting that it does not know', () =>
      refuse({ ttl_seconds: 5 }, ['/ttl_seconds', 'additionalProperties']));
  });

  let limit = 0;
  describeAnyWrite(scenario, { method: 'PATCH', path }, async () => {
    limit += 1;
    return { method: 'PATCH', path, body: { overage_policy: 'allow', overage_limit: limit } };
  });
});
