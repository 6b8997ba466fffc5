import type { CapacityServiceSettings } from '@holdfast/engine';

/** A variable that seeds a setting, and the member of `PUT /v1/admin/capacity` that changes it later. */
export interface CapacityVariable {
  readonly variable: string;
  readonly member: string;
}

export const capacityVariables: Readonly<Record<keyof CapacityServiceSettings, CapacityVariable>> = {
  platformCapacityGb: { variable: 'HOLDFAST_PLATFORM_CAPACITY_GB', member: 'platform_capacity_gb' },
  orgCapGb: { variable: 'HOLDFAST_ORG_CAP_GB', member: 'org_cap_gb' },
  reservedMicrosPerGbHour: {
    variable: 'HOLDFAST_RESERVED_MICROS_PER_GB_HOUR',
    member: 'reserved_micros_per_gb_hour',
  },
  onDemandMicrosPerGbHour: {
    variable: 'HOLDFAST_ON_DEMAND_MICROS_PER_GB_HOUR',
    member: 'on_demand_micros_per_gb_hour',
  },
};
