import { recordKey } from '../kernel/record-access.ts';
import type { EventHistories } from '../operation.ts';
import { accessPartition } from '../partitions.ts';
import { tenantKind, tierKind } from './records.ts';
import type { Tier } from './records.ts';
import { AccessView } from './state.ts';
import { firstTiers } from './tiers.ts';

const millisecondsPerHour = 3_600_000;

/** How long a tier's events are kept, in milliseconds; undefined: as the server's settings say. */
export function eventHistoryMsOf({ eventHistoryHours }: Tier): number | undefined {
  return eventHistoryHours === null ? undefined : eventHistoryHours * millisecondsPerHour;
}

/** By tenants' tiers. Which tier a tenant has is known too late to read it along, so the usual ones are. */
export const eventHistories: EventHistories = {
  reads: (tenantId) => [
    recordKey(tenantKind, accessPartition, tenantId),
    ...Object.keys(firstTiers).map((name) => recordKey(tierKind, accessPartition, name)),
  ],
  windowMs(records, tenantId) {
    const view = new AccessView(records);
    const tenant = view.tenant(tenantId);
    const tier = tenant && view.tier(tenant.tier);
    return tier && eventHistoryMsOf(tier);
  },
};
