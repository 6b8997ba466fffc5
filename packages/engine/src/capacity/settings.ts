/** How much can be booked where nothing else was set. GB. */
export interface CapacityLimitSettings {
  /** What all orgs together can book. */
  readonly platformCapacityGb: number;
  /** What one org can book. */
  readonly orgCapGb: number;
}

/** What capacity costs, in micro-dollars for a GB and an hour. */
export interface CapacityRates {
  readonly reservedMicrosPerGbHour: number;
  readonly onDemandMicrosPerGbHour: number;
}

/** What a process seeds a fresh store with. Whatever is decided goes by what the store has. */
export interface CapacityServiceSettings extends CapacityLimitSettings, CapacityRates {}

/** What a store is seeded with unless somebody says otherwise. */
export const defaultCapacitySettings: CapacityServiceSettings = {
  platformCapacityGb: 4_096,
  orgCapGb: 1_024,
  reservedMicrosPerGbHour: 12_000,
  onDemandMicrosPerGbHour: 60_000,
};
