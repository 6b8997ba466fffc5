import { fromLegacy } from '../legacy-operation.ts';
import type { OperationContext } from '../operation.ts';
import { createCapacityOperations } from './operations.ts';
import { capacityKinds } from './records.ts';
import type { CapacityServiceSettings } from './settings.ts';

export const capacity = {
  name: 'capacity',
  kinds: capacityKinds,
  open: ({ environment, settings }: OperationContext<CapacityServiceSettings>) => ({
    operations: fromLegacy(createCapacityOperations(environment, settings)),
    sweeps: [],
    settles: [],
  }),
};
