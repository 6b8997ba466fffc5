import type { Service } from '../service.ts';
import type { UnsafeSum } from './amounts.ts';
import { findDifferencesQuery, seedCommand } from './seeding.ts';
import type { SettingDifference } from './seeding.ts';

/**
 * Seeds a store that has no settings of capacity with those of the service: from then on the store's count, whichever
 * process is asked. Returns what they could cost if no answer could say it exactly; then nothing was done.
 */
export function seedCapacity(service: Service): Promise<UnsafeSum | undefined> {
  return service.execute(seedCommand(service.options));
}

/** Where the service has other settings of capacity than the store, which counts. */
export function findCapacityDifferences(service: Service): Promise<readonly SettingDifference[]> {
  return service.query(findDifferencesQuery(service.options));
}
