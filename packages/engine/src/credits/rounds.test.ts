import { expect, test } from 'vitest';

import { CountedService } from '../testing/counted-service.ts';

const customer = { external_customer_id: 'acme' };
const metric = { billable_metric_key: 'image' };

/** A customer with as many blocks of one millicredit each, and how many rounds it takes to draw from all of them. */
async function drawFrom(blocks: number): Promise<readonly number[]> {
  const counted = new CountedService();
  await counted.call('createMetric', { body: { key: 'image' } });
  await counted.call('createMeteringRule', { body: { ...metric, cost_type: 'per_unit', unit_cost: 1 } });
  const grant = async () => {
    const body = { ...customer, credits: 1 };
    await Promise.all(Array.from({ length: blocks }, () => counted.call('topUp', { body })));
  };
  await grant();
  const hold = await counted.call<{ id: string }>('createHold', {
    body: { ...customer, ...metric, estimated_units: blocks },
  });
  const path = { id: hold.value.id };
  const commit = await counted.call('commitHold', { path, body: { actual_units: blocks } });
  await grant();
  const events = Array.from({ length: blocks }, () => ({ ...customer, ...metric, units: 1 }));
  const batch = await counted.call('recordUsageBatch', { body: { events } });
  return [hold.rounds, commit.rounds, batch.rounds];
}

test('what draws from a thousand blocks needs a few rounds more than what draws from ten, and not a hundred times as many', async () => {
  const [few, many] = [await drawFrom(10), await drawFrom(1_000)];
  many.forEach((rounds, index) => expect(rounds).toBeLessThanOrEqual((few[index] ?? 0) + 2 * Math.log2(100)));
});
