import { fromLegacy } from '../legacy-operation.ts';
import type { OperationContext } from '../operation.ts';
import { sweptKinds } from './expiry.ts';
import { namedResourceKinds } from './records.ts';
import type { NamedResourceSettings } from './settings.ts';
import { createNamedResourceOperations } from './write-operations.ts';

export const namedResources = {
  name: 'named-resources',
  kinds: namedResourceKinds,
  open: ({ environment, settings }: OperationContext<NamedResourceSettings>) => ({
    operations: fromLegacy(createNamedResourceOperations(environment, settings)),
    sweeps: sweptKinds(settings),
    settles: [],
  }),
};
