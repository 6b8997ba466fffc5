import type { OperationContext } from '../operation.ts';
import { Arrivals } from './bookings/arrivals.ts';
import type { CapacityServiceSettings } from './settings.ts';

/** What is of capacity only seeds a fresh store. */
interface CapacitySettings extends CapacityServiceSettings {
  /** How long events are kept, in milliseconds. */
  readonly eventHistoryMs: number;
}

/** What the family's operations take from around them. */
export interface CapacityContext extends OperationContext<CapacitySettings> {
  readonly arrivals: Arrivals;
}

export function createContext(parts: OperationContext<CapacitySettings>): CapacityContext {
  return { ...parts, arrivals: new Arrivals() };
}
