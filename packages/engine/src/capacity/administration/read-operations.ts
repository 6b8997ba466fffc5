import type { ReadOperation } from '../../operation.ts';
import { platformPartition } from '../../partitions.ts';
import { accepted } from '../../shared/outcomes.ts';
import type { CapacityContext } from '../context.ts';
import { limitKeysOf, showLimits } from './limit-view.ts';

export const getCapacityLimits: ReadOperation<'getCapacityLimits', CapacityContext> = (
  caller,
  { query: { tenant_id: tenantId } },
  { settings },
) => {
  const partition = platformPartition(caller.environment);
  return {
    partitions: [partition],
    reads: limitKeysOf(partition, tenantId),
    run: (records) => accepted(showLimits(records, partition, tenantId, settings)),
  };
};
