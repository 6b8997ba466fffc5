import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import type { WireAnswer } from '../../targets/describe-targets.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { expectProblem, tooLittleForHold } from './problems.ts';

describeTargets('races', (scenario) => {
  const { clock, sweep, unique } = scenario;
  const credits = new CreditClient(scenario);

  const times = <Value>(count: number, call: (index: number) => Promise<Value>) =>
    Promise.all(Array.from({ length: count }, (_, index) => call(index)));
  const statusesOf = (answers: readonly WireAnswer[]) => {
    const counts: Record<number, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  const expectSums = async (customer: CustomerIds, balance: number, reserved: number) => {
    expect(await credits.audit(customer)).toMatchObject({
      consistent: true,
      balance,
      reserved_balance: reserved,
      faults: [],
    });
  };

  test.each([2, 200])('%d parallel holds of 8,000 on 10,000: one gets it, all others a 402', async (callers) => {
    const customer = await credits.open(10_000);
    const metric = await credits.metricAt(1_000);
    const answers = await times(callers, () => credits.askHold(customer, metric, 8));
    expect(statusesOf(answers)).toEqual({ 201: 1, 402: callers - 1 });
    for (const answer of answers.filter(({ status }) => status === 402))
      expectProblem(answer, 'insufficient-credits', tooLittleForHold);
    expect(await credits.holds(customer)).toHaveLength(1);
    await expectSums(customer, 10_000, 8_000);
  });

  test('200 parallel holds of 1,000 on 100,000: exactly 100 get it', async () => {
    const customer = await credits.open(100_000);
    const metric = await credits.metricAt(1_000);
    expect(statusesOf(await times(200, () => credits.askHold(customer, metric, 1)))).toEqual({ 201: 100, 402: 100 });
    await expectSums(customer, 100_000, 100_000);
  });

  test('64 parallel commits of one hold: one debits', async () => {
    const customer = await credits.open(100_000);
    const held = await credits.hold(customer, await credits.metricAt(1_000), 10);
    const answers = await times(64, (index) => credits.askCommit(held, (index % 10) + 1));
    expect(statusesOf(answers)).toEqual({ 200: 1, 409: 63 });
    const [won] = answers.filter(({ status }) => status === 200);
    const { actual_cost: cost } = won!.json as { actual_cost: number };
    await expectSums(customer, 100_000 - cost, 0);
  });

  test('commit, release and extension of one hold in parallel: commit or release wins, and only one of them', async () => {
    const metric = await credits.metricAt(1_000);
    for (let round = 0; round < 10; round += 1) {
      const customer = await credits.open(20_000);
      const held = await credits.hold(customer, metric, 10);
      const [committed, released] = await Promise.all([
        credits.askCommit(held, 7),
        credits.askRelease(held),
        credits.askExtend(held, { ttl_seconds: 3_600 }),
      ]);
      expect([committed.status, released.status].toSorted()).toEqual([200, 409]);
      await expectSums(customer, committed.status === 200 ? 13_000 : 20_000, 0);
    }
  });

  test('holds, commits, releases, usage and grants all at once leave nothing that does not add up', async () => {
    const customer = await credits.open(50_000);
    await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow', overage_limit: 5_000 });
    const metric = await credits.metricAt(1_000);
    const answers = await times(120, async (index) => {
      if (index % 6 === 0)
        return credits.ask('POST', `/v1/customers/${customer.id}/credits/grant`, {
          credits: 500,
          source: 'promotion',
          priority: index % 5,
        });
      if (index % 6 === 1) return credits.askUse(customer, metric, 2);
      const held = await credits.askHold(customer, metric, 3);
      if (held.status !== 201) return held;
      const { id } = held.json as { id: string };
      if (index % 6 === 2) return credits.askRelease({ id });
      return credits.askCommit({ id }, index % 5);
    });
    expect(Object.keys(statusesOf(answers)).every((status) => ['200', '201', '402'].includes(status))).toBe(true);
    const { balance, effective_balance: effective } = await credits.balances(customer);
    expect(effective).toBeGreaterThanOrEqual(-5_000);
    await expectSums(customer, balance, 0);
  });

  test('a hold that lapses is committed or given back, never both, whoever comes first', async () => {
    const metric = await credits.metricAt(1_000);
    const customer = await credits.open(100_000);
    const held = await times(20, () => credits.hold(customer, metric, 1, { ttl_seconds: 60 }));
    await clock.advance({ seconds: 60 });
    const [answers] = await Promise.all([times(20, (index) => credits.askCommit(held[index]!, 1)), sweep()]);
    for (const answer of answers) expectProblem(answer, 'reservation-expired');
    await expectSums(customer, 100_000, 0);
  });

  test('parallel creations of one customer: one gets it', async () => {
    const externalId = unique('customer');
    expect(
      statusesOf(await times(16, () => credits.ask('POST', '/v1/customers', { external_id: externalId }))),
    ).toEqual({ 201: 1, 409: 15 });
  });

  test('parallel creations of one metric: one gets it', async () => {
    const key = unique('metric');
    expect(statusesOf(await times(16, () => credits.ask('POST', '/v1/billable-metrics', { key })))).toEqual({
      201: 1,
      409: 15,
    });
  });

  test('a rule that is replaced while it prices: each hold has one price or the other, and its commit the same', async () => {
    const customer = await credits.open(1_000_000);
    const metric = await credits.metric({ cost_type: 'per_unit', unit_cost: 10 });
    const [held] = await Promise.all([
      times(30, () => credits.hold(customer, metric, 10)),
      credits.price(metric, { cost_type: 'per_unit', unit_cost: 20 }),
    ]);
    expect(held.every(({ estimated_cost: cost }) => cost === 100 || cost === 200)).toBe(true);
    const committed = await times(30, (index) => credits.commit(held[index]!, 10));
    expect(committed.map(({ actual_cost: cost }) => cost)).toEqual(held.map(({ estimated_cost: cost }) => cost));
  });

  test('customers do not stand in each other’s way: 100 of them at once, each with its own credits', async () => {
    const metric = await credits.metricAt(1_000);
    const customers = await times(100, () => credits.open(10_000));
    const answers = await times(200, (index) => credits.askHold(customers[index % 100]!, metric, 8));
    expect(statusesOf(answers)).toEqual({ 201: 100, 402: 100 });
    const all = await Promise.all(customers.map((customer) => credits.balances(customer)));
    expect(all).toEqual(Array(100).fill(balances(10_000, 8_000)));
  });
});
