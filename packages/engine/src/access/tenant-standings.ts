import type { TenantStandings } from '../operation.ts';
import { eventHistories } from './event-histories.ts';
import { AccessView } from './state.ts';

/** By tenants and their tiers. */
export const tenantStandings: TenantStandings = {
  reads: eventHistories.reads,
  find(records, tenantId) {
    const view = new AccessView(records);
    const tenant = view.tenant(tenantId);
    const tier = tenant && view.tier(tenant.tier);
    return tier && { isSuspended: tenant.suspended, hasWebhooks: tier.webhooks };
  },
};
