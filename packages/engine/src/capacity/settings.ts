/** Default limits. GB. */
export interface CapacityLimitSettings {
  /** What all orgs together can book. */
  readonly platformCapacityGb: number;
  /** What one org can book. */
  readonly orgCapGb: number;
}

/** What capacity costs, in micro-dollars per GB and hour. */
export interface CapacityRates {
  readonly reservedMicrosPerGbHour: number;
  readonly onDemandMicrosPerGbHour: number;
}

/** What a process seeds a fresh store with. Decisions use what the store has. */
export interface CapacityServiceSettings extends CapacityLimitSettings, CapacityRates {}

/** The default seed. */
export const defaultCapacitySettings: CapacityServiceSettings = {
  platformCapacityGb: 4_096,
  orgCapGb: 1_024,
  reservedMicrosPerGbHour: 12_000,
  onDemandMicrosPerGbHour: 60_000,
};
