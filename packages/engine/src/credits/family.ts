import { fromLegacy } from '../legacy-operation.ts';
import type { OperationContext } from '../operation.ts';
import { settledKinds, sweptKinds } from './expiry.ts';
import { createCreditOperations } from './operations.ts';
import { creditKinds } from './records.ts';
import type { CreditServiceSettings } from './settings.ts';

export const credits = {
  name: 'credits',
  kinds: creditKinds,
  open: ({ environment, settings }: OperationContext<CreditServiceSettings>) => ({
    operations: fromLegacy(createCreditOperations(environment, settings)),
    sweeps: sweptKinds(settings),
    settles: settledKinds(settings),
  }),
};
