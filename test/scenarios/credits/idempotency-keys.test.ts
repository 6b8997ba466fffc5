import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';

const millisecondsPerDay = 24 * 60 * 60 * 1_000;

describeTargets('idempotency keys', (scenario) => {
  const { clock, sweep, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  const holdOf = async ({ externalId }: CustomerIds, units: number) => {
    return {
      external_customer_id: externalId,
      billable_metric_key: await credits.metricAt(1_000),
      estimated_units: units,
    };
  };
  const newKey = () => ({ 'Idempotency-Key': unique('key') });
  const replayed = (answer: { readonly headers: Headers }) => answer.headers.get('Idempotent-Replayed');

  test('give the first answer again to the letter, balances and all, and hold nothing a second time', async () => {
    const customer = await credits.open(10_000);
    const [headers, body] = [newKey(), await holdOf(customer, 4)];
    const first = await credits.ask('POST', '/v1/reserve', body, headers);
    await credits.use(customer, await credits.metricAt(1_000), 5);
    const again = await credits.ask('POST', '/v1/reserve', body, headers);
    expect([first.status, replayed(first)]).toEqual([201, null]);
    expect([again.status, again.text, replayed(again)]).toEqual([201, first.text, 'true']);
    expect(await credits.balances(customer)).toEqual(balances(5_000, 4_000));
  });

  test('commit once: the same key gets the same answer instead of a 409', async () => {
    const customer = await credits.open(10_000);
    const { id } = await credits.hold(customer, await credits.metricAt(1_000), 4);
    const headers = newKey();
    const commit = () => credits.ask('POST', `/v1/reserve/${id}/commit`, { actual_units: 3 }, headers);
    const [first, again] = [await commit(), await commit()];
    expect([again.status, again.text, replayed(again)]).toEqual([200, first.text, 'true']);
    expectProblem(await credits.askCommit({ id }, 3), 'reservation-not-active');
    expect(await credits.balances(customer)).toEqual(balances(7_000));
  });

  test('release once without a body, and give the answer again after the hold would have expired', async () => {
    const customer = await credits.open(10_000);
    const { id } = await credits.hold(customer, await credits.metricAt(1_000), 4, { ttl_seconds: 60 });
    const headers = newKey();
    const first = await credits.ask('POST', `/v1/reserve/${id}/release`, undefined, headers);
    await clock.advance({ seconds: 120 });
    const again = await credits.ask('POST', `/v1/reserve/${id}/release`, undefined, headers);
    expect([again.status, again.text, replayed(again)]).toEqual([200, first.text, 'true']);
  });

  test('give a 402 again, also when there are credits by then', async () => {
    const customer = await credits.open(1_000);
    const [headers, body] = [newKey(), await holdOf(customer, 4)];
    const first = await credits.ask('POST', '/v1/reserve', body, headers);
    await credits.grant(customer, 10_000);
    const again = await credits.ask('POST', '/v1/reserve', body, headers);
    expectProblem(again, 'insufficient-credits', 'Insufficient credits for reservation.');
    expect([again.text, replayed(again)]).toEqual([first.text, 'true']);
    expect((await credits.ask('POST', '/v1/reserve', body, newKey())).status).toBe(201);
  });

  test('give a 404 again, also when the customer is there by then', async () => {
    const customer = { id: '', externalId: unique('customer') };
    const [headers, body] = [newKey(), await holdOf(customer, 4)];
    const first = await credits.ask('POST', '/v1/reserve', body, headers);
    await credits.topUp({ external_customer_id: customer.externalId, credits: 10_000 });
    const again = await credits.ask('POST', '/v1/reserve', body, headers);
    expectProblem(again, 'not-found', 'There is no such customer.');
    expect([again.text, replayed(again)]).toEqual([first.text, 'true']);
  });

  test('give a 409 again, and say that it was given before', async () => {
    const customer = await credits.open(10_000);
    const held = await credits.hold(customer, await credits.metricAt(1_000), 4);
    await credits.release(held);
    const headers = newKey();
    const commit = () => credits.ask('POST', `/v1/reserve/${held.id}/commit`, { actual_units: 3 }, headers);
    const [first, again] = [await commit(), await commit()];
    expectProblem(again, 'reservation-not-active');
    expect([replayed(first), again.text, replayed(again)]).toEqual([null, first.text, 'true']);
  });

  test('stay free after a 400 of the form, a 400 of the rules, and a 401', async () => {
    const customer = await credits.open(10_000);
    const [headers, body] = [newKey(), await holdOf(customer, 4)];
    expectFaults(await credits.ask('POST', '/v1/reserve', { ...body, estimated_units: 0 }, headers), [
      '/estimated_units',
      'minimum',
    ]);
    const tooMuch = { ...body, metadata: { text: 'x'.repeat(5_000) } };
    expectFaults(await credits.ask('POST', '/v1/reserve', tooMuch, headers), ['/metadata', 'maxBytes']);
    const tooDear = { ...body, estimated_units: Number.MAX_SAFE_INTEGER };
    expectFaults(await credits.ask('POST', '/v1/reserve', tooDear, headers), ['/estimated_units', 'maximum']);
    expect((await send('POST', '/v1/reserve', { body, headers, apiKey: null })).status).toBe(401);
    expect((await credits.ask('POST', '/v1/reserve', body, headers)).status).toBe(201);
  });

  test('refuse another body and another path, and change nothing', async () => {
    const customer = await credits.open(10_000);
    const body = await holdOf(customer, 1);
    const headers = newKey();
    const { json } = await credits.ask('POST', '/v1/reserve', body, headers);
    const { id } = json as { id: string };
    const other = await credits.hold(customer, body.billable_metric_key, 1);
    const keyOfCommit = newKey();
    await credits.ask('POST', `/v1/reserve/${id}/commit`, { actual_units: 1, final: false }, keyOfCommit);
    const before = await credits.everythingOf(customer);
    for (const change of [{ estimated_units: 2 }, { metadata: {} }, { ttl_seconds: 1_800 }]) {
      expectProblem(
        await credits.ask('POST', '/v1/reserve', { ...body, ...change }, headers),
        'idempotency-key-conflict',
      );
    }
    const answer = await credits.ask(
      'POST',
      `/v1/reserve/${other.id}/commit`,
      { actual_units: 1, final: false },
      keyOfCommit,
    );
    expectProblem(answer, 'idempotency-key-conflict');
    expect(replayed(answer)).toBe(null);
    expect(await credits.everythingOf(customer)).toEqual(before);
  });

  test('give requests at the same time the same answer, and take effect once', async () => {
    const customer = await credits.open(100_000);
    const [headers, body] = [newKey(), await holdOf(customer, 4)];
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => credits.ask('POST', '/v1/reserve', body, headers)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(await credits.balances(customer)).toEqual(balances(100_000, 4_000));
    expect(await credits.holds(customer)).toHaveLength(1);
  });

  test('grant and top up once, also when the customer is created by it', async () => {
    const externalId = unique('customer');
    const [headers, body] = [newKey(), { external_customer_id: externalId, credits: 1_000 }];
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => credits.ask('POST', '/v1/topup/grant', body, headers)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const { customer_id: id } = answers[0]!.json as { customer_id: string };
    expect(await credits.account({ id, externalId })).toMatchObject({ balance: 1_000, version: 1 });
  });

  test('record a batch once, refusals and all', async () => {
    const customer = await credits.open(5_000);
    const metric = await credits.metricAt(1_000);
    const events = [3, 3, 2].map((units) => ({
      external_customer_id: customer.externalId,
      billable_metric_key: metric,
      units,
    }));
    const headers = newKey();
    const first = await credits.ask('POST', '/v1/usage/batch', { events }, headers);
    await credits.grant(customer, 100_000);
    const again = await credits.ask('POST', '/v1/usage/batch', { events }, headers);
    expect(first.json).toMatchObject({
      results: [{ status: 'recorded' }, { status: 'refused' }, { status: 'recorded' }],
    });
    expect([again.text, replayed(again)]).toEqual([first.text, 'true']);
    expect(await credits.balances(customer)).toEqual(balances(100_000));
  });

  test('are forgotten after 24 hours, and not a millisecond before', async () => {
    const customer = await credits.open(10_000);
    const [headers, body] = [newKey(), await holdOf(customer, 4)];
    const first = await credits.ask('POST', '/v1/reserve', body, headers);
    await clock.advance({ milliseconds: millisecondsPerDay - 1 });
    await sweep();
    expect((await credits.ask('POST', '/v1/reserve', body, headers)).text).toBe(first.text);
    await clock.advance({ milliseconds: 1 });
    const next = await credits.ask('POST', '/v1/reserve', body, headers);
    expect([next.status, replayed(next)]).toEqual([201, null]);
    expect(next.text).not.toBe(first.text);
  });

  test('belong to their operation, tenant and environment', async () => {
    const [headers, body] = [newKey(), { external_customer_id: unique('customer'), credits: 1_000 }];
    for (const apiKey of [apiKeys.live, apiKeys.test, apiKeys.otherTenant]) {
      const answer = await new CreditClient(scenario, apiKey).ask('POST', '/v1/topup/grant', body, headers);
      expect([answer.status, replayed(answer)]).toEqual([201, null]);
    }
    const other = await credits.ask('POST', '/v1/customers', { external_id: unique('customer') }, headers);
    expect([other.status, replayed(other)]).toEqual([201, null]);
  });

  test('are no shared secret: the two forms of an operation are two operations', async () => {
    const { id, externalId } = await credits.open(1_000);
    const [headers, body] = [newKey(), { credits: 1, source: 'promotion' }];
    for (const path of [`/v1/customers/${id}`, `/v1/customer-by-external-id/${externalId}`]) {
      const answer = await credits.ask('POST', `${path}/credits/grant`, body, headers);
      expect([answer.status, replayed(answer)]).toEqual([201, null]);
    }
    expect(await credits.balances({ id, externalId })).toEqual(balances(1_002));
  });
});
