import type { Command } from '../../kernel/command.ts';
import type { TenantStandings } from '../../operation.ts';
import { webhookQueuePartition } from '../../partitions.ts';
import type { Registration } from '../records.ts';
import { endpointKey, partitionsOf, queueKeys } from '../state.ts';
import { advance } from './advance.ts';
import type { Advanced, Progress } from './advance.ts';
import { deliveryKey, QueueState } from './state.ts';

/** Takes an endpoint one step further. */
export function advanceCommand(
  { endpointId, ...place }: Registration,
  tenants: TenantStandings,
  progress: Omit<Progress, 'isAllowed'>,
): Command<Advanced> {
  const partition = webhookQueuePartition(place, endpointId);
  const mayDisable = progress.settled.some(({ result }) => result === 'gone');
  return {
    partitions: mayDisable ? partitionsOf(place, endpointId) : [partition],
    reads: [
      endpointKey(place, endpointId),
      ...queueKeys(place, endpointId),
      ...progress.settled.map(({ eventNumber }) => deliveryKey(partition, eventNumber)),
      ...tenants.reads(place.tenantId),
    ],
    run(changes, nowMs) {
      const { isSuspended = false, hasWebhooks = true } = tenants.find(changes, place.tenantId) ?? {};
      const state = new QueueState(changes, place, endpointId, nowMs);
      return advance(state, { ...progress, isAllowed: hasWebhooks && !isSuspended });
    },
  };
}
