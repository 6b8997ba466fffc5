import type { Environment } from '../environment.ts';
import { createBookingOperations } from './booking-operations.ts';
import { createLimitOperations } from './limit-operations.ts';
import { createCapacityReadOperations } from './read-operations.ts';
import type { CapacityServiceSettings } from './settings.ts';
import { createCapacityUsageOperations } from './usage-operations.ts';

/** Every operation of the family, by operationId. */
export function createCapacityOperations(environment: Environment, seed: CapacityServiceSettings) {
  return {
    ...createBookingOperations(environment, seed),
    ...createCapacityReadOperations(environment, seed),
    ...createCapacityUsageOperations(seed),
    ...createLimitOperations(seed),
  };
}
