import type { Environment } from '../environment.ts';
import { createAuditOperations } from './accounts/audit-operations.ts';
import { createAccountOperations } from './accounts/write-operations.ts';
import { CustomerCommands } from './customer-commands.ts';
import { createHoldOperations } from './holds/write-operations.ts';
import { createMeteringOperations } from './metering/write-operations.ts';
import { createCreditReadOperations } from './read-operations.ts';
import type { CreditServiceSettings } from './settings.ts';
import { createUsageOperations } from './usage/write-operations.ts';

/** Every operation of the family, by operationId. */
export function createCreditOperations(environment: Environment, settings: CreditServiceSettings) {
  const commands = new CustomerCommands(settings);
  return {
    ...createHoldOperations(environment, commands),
    ...createAccountOperations(environment, commands),
    ...createMeteringOperations(environment),
    ...createUsageOperations(environment, commands, settings),
    ...createCreditReadOperations(environment, commands, settings),
    ...createAuditOperations(environment, commands),
  };
}
