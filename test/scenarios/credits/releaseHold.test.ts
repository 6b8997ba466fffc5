import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { testIdempotencyKeyConflict, testReplay, testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import { testEndedHold } from './ended-hold.ts';
import { testMalformedHoldId, testUnknownHold } from './unknown-hold.ts';
import { uuid } from './uuid.ts';

describeTargets('releaseHold', (scenario) => {
  const { clock, send } = scenario;
  const credits = new CreditClient(scenario);

  const begin = async (units = 10) => {
    const customer = await credits.open(100_000);
    return { customer, held: await credits.hold(customer, await credits.metricAt(1_000), units) };
  };
  const makeRequest = async () => ({ method: 'POST', path: `/v1/reserve/${(await begin()).held.id}/release` });

  describe('200', () => {
    test('gives everything back, and answers with exactly these members', async () => {
      const { held } = await begin();
      await clock.advance({ seconds: 5 });
      const answer = await send('POST', `/v1/reserve/${held.id}/release`);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        reservation_id: held.id,
        status: 'released',
        estimated_cost: 10_000,
        released: 10_000,
        transaction: { id: uuid, delta: 10_000, type: 'release', reference_id: held.id, created_at: wireTime(clock) },
        account: { balance: 100_000, reserved_balance: 0, effective_balance: 100_000 },
      });
    });

    test.each([
      ['no body and no Content-Type', {}],
      ['no body, and a Content-Type', { headers: { 'Content-Type': 'application/json' } }],
      ['no body, and a Content-Type that is none', { headers: { 'Content-Type': 'text/plain' } }],
      ['{}', { body: {} }],
      ['a body that is no JSON, which nobody reads', { body: 'please', headers: { 'Content-Type': 'text/plain' } }],
    ])('takes %s', async (_what, request) => {
      const { customer, held } = await begin();
      expect((await send('POST', `/v1/reserve/${held.id}/release`, request)).status).toBe(200);
      expect(await credits.balances(customer)).toEqual(balances(100_000));
    });

    test('leaves other holds as they are', async () => {
      const { customer, held } = await begin();
      const other = await credits.hold(customer, await credits.metricAt(1_000), 5);
      await credits.release(held);
      expect(await credits.getHold(other)).toMatchObject({ status: 'active', account: balances(100_000, 5_000) });
    });

    test('is a release of 0 for a hold that cost nothing', async () => {
      const customer = await credits.open();
      const held = await credits.hold(customer, await credits.metricAt(0), 1);
      expect(await credits.release(held)).toMatchObject({
        released: 0,
        transaction: { delta: 0 },
        account: balances(0),
      });
    });

    test('leaves one entry in the ledger, which is the transaction of the answer', async () => {
      const { customer, held } = await begin();
      await clock.advance({ seconds: 5 });
      const { transaction } = await credits.release(held);
      const [entry, taken, grant] = await credits.transactions(customer);
      expect([entry?.type, taken?.type, grant?.type]).toEqual(['release', 'hold', 'grant']);
      expect(entry).toEqual({
        ...transaction,
        balance_delta: 0,
        reserved_delta: -10_000,
        balance_after: 100_000,
        reserved_after: 0,
        billable_metric_key: held.billable_metric_key,
        units: null,
        reason: null,
        metadata: {},
        blocks: [{ block_id: grant!.blocks[0]!.block_id, amount: 10_000 }],
        occurred_at: null,
      });
    });

    testReplay(scenario, makeRequest);
  });

  scenario.describeGateway('400', () => testMalformedHoldId(scenario, (client, held) => client.askRelease(held)));

  scenario.describeGateway('401', () =>
    testUnauthorized(scenario, { method: 'POST', path: '/v1/reserve/any/release' }),
  );

  describe('404', () => testUnknownHold(scenario, (client, held) => client.askRelease(held)));

  describe('409', () => {
    testEndedHold(scenario, (client, held) => client.askRelease(held));
    testIdempotencyKeyConflict(scenario, makeRequest, makeRequest);
  });
});
