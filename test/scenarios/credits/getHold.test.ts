import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import { testMalformedHoldId, testUnknownHold } from './unknown-hold.ts';
import { uuid } from './uuid.ts';

describeTargets('getHold', (scenario) => {
  const { clock, sweep, send } = scenario;
  const credits = new CreditClient(scenario);

  describe('200', () => {
    test('shows all that is known about a hold', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const { id } = await credits.hold(customer, metric, 10, { ttl_seconds: 600, metadata: { job: 'render-18' } });
      const [createdAt, expiresAt] = [wireTime(clock), wireTime(clock, 600)];
      await clock.advance({ seconds: 5 });
      expect(await credits.getHold({ id })).toEqual({
        id,
        tenant_id: 'default',
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        billable_metric_key: metric,
        estimated_units: 10,
        estimated_cost: 10_000,
        environment: 'live',
        status: 'active',
        expires_at: expiresAt,
        reference_id: uuid,
        committed_units: 0,
        committed_cost: 0,
        account: balances(100_000, 10_000),
        metadata: { job: 'render-18' },
        created_at: createdAt,
      });
    });

    test('names its own entry in the ledger', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
      const [entry] = await credits.transactions(customer, 'type=hold');
      expect(await credits.getHold(held)).toMatchObject({ reference_id: entry!.id });
    });

    test('shows what became of it', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const [committed, released] = [await credits.hold(customer, metric, 10), await credits.hold(customer, metric, 5)];
      await credits.commit(committed, 7);
      await credits.release(released);
      expect(await credits.getHold(committed)).toMatchObject({
        status: 'committed',
        committed_units: 7,
        committed_cost: 7_000,
      });
      expect(await credits.getHold(released)).toMatchObject({
        status: 'released',
        committed_units: 0,
        committed_cost: 0,
      });
    });

    test('shows the balances as they are now, not as they were', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const held = await credits.hold(customer, metric, 10);
      await credits.use(customer, metric, 20);
      expect(await credits.getHold(held)).toMatchObject({ account: balances(80_000, 10_000) });
    });

    test('shows it as expired the moment that its time is up, and not a millisecond before', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10, { ttl_seconds: 60 });
      await clock.advance({ milliseconds: 59_999 });
      expect(await credits.getHold(held)).toMatchObject({ status: 'active', account: balances(100_000, 10_000) });
      await clock.advance({ milliseconds: 1 });
      const expired = await credits.getHold(held);
      expect(expired).toMatchObject({ status: 'expired', account: balances(100_000) });
      await sweep();
      expect(await credits.getHold(held)).toEqual(expired);
    });

    test('finds a hold whose id is written in capitals', async () => {
      const customer = await credits.open(100_000);
      const { id } = await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(await credits.getHold({ id: id.toUpperCase() })).toMatchObject({ id });
    });

    test('is there for HEAD too, without a body', async () => {
      const customer = await credits.open(100_000);
      const { id } = await credits.hold(customer, await credits.metricAt(1_000), 10);
      expect(await send('HEAD', `/v1/reserve/${id}`)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () =>
    testMalformedHoldId(scenario, (client, { id }) => client.ask('GET', `/v1/reserve/${id}`)),
  );

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: '/v1/reserve/any' }));

  describe('404', () => testUnknownHold(scenario, (client, { id }) => client.ask('GET', `/v1/reserve/${id}`)));
});
