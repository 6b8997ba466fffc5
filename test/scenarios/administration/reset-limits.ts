import type { CapacityClient } from '../capacity/capacity-client.ts';

/** The first quarter of an hour that can be written, and the last. */
const allTimes = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:45:00Z' };

/** Takes back everything that tests set, of the platform and of these tenants. */
export async function resetLimits(capacity: CapacityClient, ...tenants: readonly string[]): Promise<void> {
  await capacity.setLimits({ reserved_micros_per_gb_hour: null, on_demand_micros_per_gb_hour: null });
  for (const range of [{}, allTimes]) {
    await capacity.setLimits({ platform_capacity_gb: null, org_cap_gb: null, ...range });
    for (const tenant of tenants) await capacity.setLimits({ tenant_id: tenant, org_cap_gb: null, ...range });
  }
}
