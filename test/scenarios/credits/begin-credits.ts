import type { Holdfast } from '@holdfast/sdk';

import type { Scenario } from '../../targets/describe-targets.ts';

/** A new customer with a name that no URL takes as it is, and a metric at 1,000 mc a unit. */
export async function beginCredits({ credits }: Holdfast, unique: Scenario['unique']) {
  const externalId = unique('Bücher & more/50 %+#?');
  const customer = await credits.customers.create({ external_id: externalId, display_name: 'Bücher' });
  const metric = unique('image');
  await credits.metrics.create({ key: metric });
  const rule = await credits.rules.create({ billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 1_000 });
  return { customer, ids: { id: customer.id, externalId }, metric, rule };
}
