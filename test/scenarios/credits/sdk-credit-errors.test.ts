import {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  HoldExpiredError,
  HoldNotActiveError,
  IdempotencyKeyConflictError,
  InsufficientCreditsError,
  NoMeteringRuleError,
  NotFoundError,
} from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { rejectionOf } from '../rejection.ts';
import { beginCredits } from './begin-credits.ts';
import { balances, CreditClient } from './credit-client.ts';
import { Program } from './program.ts';

describeTargets('an error of credits in the SDK', (scenario) => {
  const { holdfast, others, clock, sweep, unique } = scenario;
  const client = new CreditClient(scenario);
  const { credits } = holdfast;

  async function holdOne(more: object = {}) {
    const { ids, metric } = await beginCredits(holdfast, unique);
    await client.topUp({ customer_id: ids.id, credits: 10_000 });
    const request = { customer: ids.externalId, billable_metric_key: metric, estimated_units: 10 };
    return { ids, metric, request, hold: await credits.hold({ ...request, ...more }) };
  }

  const endingsOf = ({ id }: { readonly id: string }) => [
    credits.commit(id, { actual_units: 1 }),
    credits.release(id),
    credits.extend(id, { ttl_seconds: 9 }),
  ];

  test('of a request that breaks the contract names the fields', async () => {
    const { request } = await holdOne();
    const error = await rejectionOf(BadRequestError, credits.hold({ ...request, estimated_units: 0, ttl_seconds: 0 }));
    expect(error).toMatchObject({ status: 400, code: 'validation_failed', requestId: expect.any(String) });
    expect(error.details).toMatchObject([
      { field: '/estimated_units', rule: 'minimum' },
      { field: '/ttl_seconds', rule: 'minimum' },
    ]);
  });

  test('of an amount that a number cannot say comes before anything is sent', async () => {
    const program = new Program(scenario);
    const call = program.holdfast.credits.adjust({ customer: 'acme', delta: 2 ** 53, reason: 'much' });
    const error = await rejectionOf(RangeError, call);
    expect(error.message).toContain('/delta');
    expect(program.asked).toEqual([]);
  });

  test('of a key that nobody gave out', async () => {
    const stranger = new Program(scenario, { apiKey: `hf_live_${'z'.repeat(43)}` });
    const error = await rejectionOf(AuthenticationError, stranger.holdfast.credits.settings());
    expect(error).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test('of too few credits', async () => {
    const { ids, metric, request, hold } = await holdOne();
    const more = { customer: ids.externalId, billable_metric_key: metric, units: 1 };
    const errors = await rejectionsOf(InsufficientCreditsError, [
      credits.hold(request),
      credits.extend(hold.id, { additional_units: 1 }),
      credits.adjust({ customer: ids.externalId, delta: -1, reason: 'Too many' }),
      credits.recordUsage(more),
    ]);
    for (const error of errors)
      expect(error).toMatchObject({ status: 402, code: 'insufficient_credits', retryable: false });
  });

  test("of what is not there, or is somebody else's", async () => {
    const { ids, metric, hold } = await holdOne();
    for (const strangers of [others.otherTenant.credits, others.testEnvironment.credits]) {
      const errors = await rejectionsOf(NotFoundError, [
        strangers.customers.get(ids.externalId),
        strangers.account({ id: ids.id }),
        strangers.metrics.get(metric),
        strangers.getHold(hold.id),
        strangers.commit(hold.id, { actual_units: 1 }),
        strangers.release(hold.id),
      ]);
      for (const error of errors) expect(error).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(await credits.release(hold.id)).toMatchObject({ released: 10_000 });
  });

  test('of a hold that has ended', async () => {
    const { hold } = await holdOne();
    await credits.commit(hold.id, { actual_units: 1 });
    for (const error of await rejectionsOf(HoldNotActiveError, endingsOf(hold))) {
      expect(error).not.toBeInstanceOf(HoldExpiredError);
      expect(error).toMatchObject({ status: 409, code: 'reservation_not_active' });
    }
  });

  test.each([false, true])('of a hold that has expired; already swept: %s', async (isSwept) => {
    const { hold } = await holdOne({ ttl_seconds: 60 });
    await clock.advance({ seconds: 60 });
    if (isSwept) await sweep();
    for (const error of await rejectionsOf(HoldExpiredError, endingsOf(hold))) {
      expect(error).toBeInstanceOf(HoldNotActiveError);
      expect(error).toMatchObject({ status: 409, code: 'reservation_expired' });
    }
  });

  test('of something that there is already', async () => {
    const { ids, metric } = await beginCredits(holdfast, unique);
    const calls = [credits.customers.create({ external_id: ids.externalId }), credits.metrics.create({ key: metric })];
    for (const error of await rejectionsOf(ConflictError, calls))
      expect(error).toMatchObject({ status: 409, code: 'conflict' });
  });

  test('of an idempotency key that was used for something else; for the same it has the same answer', async () => {
    const { ids } = await beginCredits(holdfast, unique);
    const idempotencyKey = unique('payment');
    const topUp = { customer: ids.externalId, credits: 5 };
    const first = await credits.topUp(topUp, { idempotencyKey });
    const again = await credits.topUp(topUp, { idempotencyKey }).withResponse();
    expect(again.data).toEqual(first);
    expect(again.response.headers.get('idempotent-replayed')).toBe('true');
    const error = await rejectionOf(
      IdempotencyKeyConflictError,
      credits.topUp({ ...topUp, credits: 6 }, { idempotencyKey }),
    );
    expect(error).toMatchObject({ status: 409, code: 'idempotency_key_conflict' });
    expect(await credits.account(ids.externalId)).toMatchObject(balances(5));
  });

  test('of a metric without a price', async () => {
    const { ids } = await beginCredits(holdfast, unique);
    const unpriced = { billable_metric_key: await client.metric(), customer: ids.externalId };
    const errors = await rejectionsOf(NoMeteringRuleError, [
      credits.hold({ ...unpriced, estimated_units: 1 }),
      credits.recordUsage({ ...unpriced, units: 1 }),
      credits.entitlement(ids.externalId, unpriced.billable_metric_key),
    ]);
    for (const error of errors) expect(error).toMatchObject({ status: 422, code: 'no_metering_rule' });
  });
});

/** The error of this class that each of the calls must end with. */
function rejectionsOf<Failure extends Error>(
  ErrorClass: new (...given: never[]) => Failure,
  calls: readonly PromiseLike<unknown>[],
): Promise<Failure[]> {
  return Promise.all(calls.map((call) => rejectionOf(ErrorClass, call)));
}
