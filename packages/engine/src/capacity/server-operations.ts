import type { Service } from '../service.ts';
import type { UnsafeSum } from './amounts.ts';
import { findDifferencesQuery, seedCommand } from './seeding.ts';
import type { SettingDifference } from './seeding.ts';

/**
 * Seeds a store without settings of capacity with the service's; from then on the store's count, for all processes.
 * Writes nothing and returns the sum if a cost could exceed an exact number.
 */
export function seedCapacity(service: Service): Promise<UnsafeSum | undefined> {
  return service.execute(seedCommand(service.options));
}

/** Settings of capacity in which the service differs from the store, which counts. */
export function findCapacityDifferences(service: Service): Promise<readonly SettingDifference[]> {
  return service.query(findDifferencesQuery(service.options));
}
