import type { OperationContext } from '../operation.ts';
import { Arrivals } from './bookings/arrivals.ts';
import type { CapacityServiceSettings } from './settings.ts';

/** What the family's operations take from around them. The settings only seed a fresh store. */
export interface CapacityContext extends OperationContext<CapacityServiceSettings> {
  readonly arrivals: Arrivals;
}

export function createContext(parts: OperationContext<CapacityServiceSettings>): CapacityContext {
  return { ...parts, arrivals: new Arrivals() };
}
