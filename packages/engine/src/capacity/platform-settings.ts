import { recordKey } from '../kernel/record-access.ts';
import type { Changes, Records } from '../kernel/record-access.ts';
import type { RecordKey } from '../store.ts';
import { platformSettingsKind } from './records.ts';
import type { PlatformSettings } from './records.ts';
import type { CapacityRates, CapacityServiceSettings } from './settings.ts';

/** The most rate changes kept; past intervals are priced by the rates of their time. */
export const mostRateChanges = 1_000;

const settingsId = 'settings';

export function settingsKeyOf(partition: string): RecordKey {
  return recordKey(platformSettingsKind, partition, settingsId);
}

/** Undefined until the platform is seeded. */
export function findSettings(records: Records, partition: string): PlatformSettings | undefined {
  return records.get(platformSettingsKind, partition, settingsId);
}

/** @param seed - Used until the platform is seeded, which a server does before it answers anything. */
export function readSettings(records: Records, partition: string, seed: CapacityServiceSettings): PlatformSettings {
  return findSettings(records, partition) ?? seededWith(seed);
}

export function keepSettings(changes: Changes, partition: string, settings: PlatformSettings): void {
  changes.put(platformSettingsKind, partition, settingsId, settings);
}

/** Takes no more than what is of capacity: a service's settings are of all families. */
export function seededWith(settings: CapacityServiceSettings): PlatformSettings {
  const { platformCapacityGb, orgCapGb, reservedMicrosPerGbHour, onDemandMicrosPerGbHour } = settings;
  const seed = { platformCapacityGb, orgCapGb, reservedMicrosPerGbHour, onDemandMicrosPerGbHour };
  return { seed, rateChanges: [], most: seed };
}

/** An interval's rates: the last ones set before it. */
export function ratesAt({ seed, rateChanges }: PlatformSettings, interval: number): CapacityRates {
  return rateChanges.findLast(({ fromInterval }) => fromInterval <= interval) ?? seed;
}

/** The rates from the next interval on. */
export function ratesToCome({ seed, rateChanges }: PlatformSettings): CapacityRates {
  const { reservedMicrosPerGbHour, onDemandMicrosPerGbHour } = rateChanges.at(-1) ?? seed;
  return { reservedMicrosPerGbHour, onDemandMicrosPerGbHour };
}

/** Sets the rates from an interval on, overwriting what was set for it. */
export function withRates(settings: PlatformSettings, rates: CapacityRates, fromInterval: number): PlatformSettings {
  const before = settings.rateChanges.filter((change) => change.fromInterval < fromInterval);
  return { ...settings, rateChanges: [...before, { fromInterval, ...rates }], most: mostOf(settings.most, rates) };
}

/** The maximum of each setting. */
export function mostOf(
  most: CapacityServiceSettings,
  other: Partial<CapacityServiceSettings>,
): CapacityServiceSettings {
  const greater = (name: keyof CapacityServiceSettings) => Math.max(most[name], other[name] ?? 0);
  return {
    platformCapacityGb: greater('platformCapacityGb'),
    orgCapGb: greater('orgCapGb'),
    reservedMicrosPerGbHour: greater('reservedMicrosPerGbHour'),
    onDemandMicrosPerGbHour: greater('onDemandMicrosPerGbHour'),
  };
}
