import {
  createMeteringRuleRequest,
  createMetricRequest,
  customerOf,
  ofTenant,
  topUpRequest,
} from '../credits/credits-api.ts';
import { succeed } from '../credits/seed-customers.ts';
import { inParallel } from '../load/in-parallel.ts';

/** Gives each of these tenants a price, and a customer with credits. */
export async function seedTenants(url: string, first: number, count: number): Promise<void> {
  const requests = [createMetricRequest(), createMeteringRuleRequest(), topUpRequest(customerOf(0))];
  await inParallel({ url, connections: 32, count }, async (connection, stretch) => {
    for (const request of requests) await succeed(connection, ofTenant(request, first + stretch.first));
  });
}
