import type { CapacityLimitSettings } from './limits.ts';
import type { CapacityRates } from './settlement.ts';

/** What the family is run with. */
export interface CapacityServiceSettings extends CapacityLimitSettings, CapacityRates {}

/** What it is run with unless somebody says otherwise. */
export const defaultCapacitySettings: CapacityServiceSettings = {
  platformCapacityGb: 4_096,
  orgCapGb: 1_024,
  reservedMicrosPerGbHour: 12_000,
  onDemandMicrosPerGbHour: 60_000,
};
