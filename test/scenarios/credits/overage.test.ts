import { afterEach, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { expectProblem } from './problems.ts';

describeTargets('overage', (scenario) => {
  const credits = new CreditClient(scenario);

  const open = async (balance: number, settings: object) => {
    const customer = await credits.open(balance);
    await credits.patch(`/v1/customers/${customer.id}`, settings);
    return customer;
  };
  const setTenant = (settings: object) => credits.patch('/v1/credit-settings', settings);
  const use = async (customer: CustomerIds, units: number) =>
    credits.askUse(customer, await credits.metricAt(1_000), units);

  afterEach(() => setTenant({ overage_policy: 'block', overage_limit: null }));

  test('block refuses usage for which there is too little', async () => {
    const customer = await open(2_000, { overage_policy: 'block' });
    expectProblem(await use(customer, 3), 'insufficient-credits', 'Insufficient credits.');
    expect(await use(customer, 2)).toMatchObject({ status: 201, json: { account: balances(0) } });
  });

  test.each(['allow', 'notify'])(
    '%s lets the balance go below 0, without end unless there is a limit',
    async (policy) => {
      const customer = await open(2_000, { overage_policy: policy });
      expect(await use(customer, 5)).toMatchObject({ status: 201, json: { cost: 5_000, account: balances(-3_000) } });
      expect(await use(customer, 1_000)).toMatchObject({ status: 201, json: { account: balances(-1_003_000) } });
      expect(await credits.audit(customer)).toMatchObject({ consistent: true, balance: -1_003_000 });
    },
  );

  test.each(['allow', 'notify'])('%s lets it go down to the limit, and not a millicredit further', async (policy) => {
    const customer = await open(2_000, { overage_policy: policy, overage_limit: 3_999 });
    expectProblem(await use(customer, 6), 'insufficient-credits', 'Insufficient credits.');
    expect(await use(customer, 5)).toMatchObject({ status: 201, json: { account: balances(-3_000) } });
    expectProblem(await use(customer, 1), 'insufficient-credits');
    await credits.grant(customer, 1);
    expect(await use(customer, 1)).toMatchObject({ status: 201, json: { account: balances(-3_999) } });
  });

  test('is counted from what is free, so that holds keep what they have', async () => {
    const customer = await open(10_000, { overage_policy: 'allow', overage_limit: 1_000 });
    const held = await credits.hold(customer, await credits.metricAt(1_000), 8);
    expectProblem(await use(customer, 4), 'insufficient-credits');
    expect(await use(customer, 3)).toMatchObject({
      json: { account: { balance: 7_000, reserved_balance: 8_000, effective_balance: -1_000 } },
    });
    expect(await credits.blocks(customer)).toEqual([
      [8_000, 8_000],
      [-1_000, 0],
    ]);
    expect(await credits.release(held)).toMatchObject({ account: balances(7_000) });
    expect(await credits.blocks(customer)).toEqual([[7_000, 0]]);
    expect(await credits.audit(customer)).toMatchObject({ consistent: true });
  });

  test('the tenant’s policy counts for customers who have none of their own', async () => {
    const plain = await credits.open(1_000);
    const blocked = await open(1_000, { overage_policy: 'block' });
    await setTenant({ overage_policy: 'allow', overage_limit: 2_000 });
    expect((await use(blocked, 2)).status).toBe(402);
    expect((await use(plain, 4)).status).toBe(402);
    expect(await use(plain, 3)).toMatchObject({ status: 201, json: { account: balances(-2_000) } });
    expect(await credits.entitlement(plain, await credits.metricAt(1_000))).toMatchObject({
      allowed: false,
      overage_policy: 'allow',
    });
  });

  test('the tenant’s limit does not count for a customer with a policy of its own', async () => {
    await setTenant({ overage_policy: 'allow', overage_limit: 1_000 });
    const customer = await open(0, { overage_policy: 'allow' });
    expect((await use(customer, 50)).status).toBe(201);
  });

  test('a customer’s limit counts together with the tenant’s policy', async () => {
    await setTenant({ overage_policy: 'allow', overage_limit: 1_000 });
    const customer = await open(0, { overage_limit: 5_000 });
    expect((await use(customer, 6)).status).toBe(402);
    expect((await use(customer, 5)).status).toBe(201);
  });

  test('a debt stops holds until it is paid', async () => {
    const customer = await open(0, { overage_policy: 'allow' });
    const metric = await credits.metricAt(1_000);
    await use(customer, 3);
    await credits.grant(customer, 2_999);
    expectProblem(
      await credits.askHold(customer, metric, 1),
      'insufficient-credits',
      'Insufficient credits for reservation.',
    );
    await credits.grant(customer, 1_001);
    expect(await credits.hold(customer, metric, 1)).toMatchObject({ account: balances(1_000, 1_000) });
  });

  test('a stricter policy does not undo what was let through', async () => {
    const customer = await open(0, { overage_policy: 'allow' });
    await use(customer, 3);
    await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'block' });
    expect(await credits.balances(customer)).toEqual(balances(-3_000));
    expect((await use(customer, 1)).status).toBe(402);
  });
});
