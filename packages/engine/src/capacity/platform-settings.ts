import { recordKey } from '../kernel/record-access.ts';
import type { Changes, Records } from '../kernel/record-access.ts';
import type { RecordKey } from '../store.ts';
import { platformSettingsKind } from './records.ts';
import type { PlatformSettings } from './records.ts';
import type { CapacityRates, CapacityServiceSettings } from './settings.ts';

/** The most changes of rates that are kept, so that what is past is charged as it was. */
export const mostRateChanges = 1_000;

const settingsId = 'settings';

export function settingsKeyOf(partition: string): RecordKey {
  return recordKey(platformSettingsKind, partition, settingsId);
}

/** Undefined where nobody has seeded the platform yet. */
export function findSettings(records: Records, partition: string): PlatformSettings | undefined {
  return records.get(platformSettingsKind, partition, settingsId);
}

/** @param seed - What holds where nobody has seeded the platform yet; a server does before it answers anything. */
export function readSettings(records: Records, partition: string, seed: CapacityServiceSettings): PlatformSettings {
  return findSettings(records, partition) ?? seededWith(seed);
}

export function keepSettings(changes: Changes, partition: string, settings: PlatformSettings): void {
  changes.put(platformSettingsKind, partition, settingsId, settings);
}

export function seededWith(seed: CapacityServiceSettings): PlatformSettings {
  return { seed, rateChanges: [], most: seed };
}

/** What an interval is charged by: the rates that were set last before it. */
export function ratesAt({ seed, rateChanges }: PlatformSettings, interval: number): CapacityRates {
  return rateChanges.findLast(({ fromInterval }) => fromInterval <= interval) ?? seed;
}

/** What all intervals are charged by from the next one on. */
export function ratesToCome({ seed, rateChanges }: PlatformSettings): CapacityRates {
  const { reservedMicrosPerGbHour, onDemandMicrosPerGbHour } = rateChanges.at(-1) ?? seed;
  return { reservedMicrosPerGbHour, onDemandMicrosPerGbHour };
}

/** Sets the rates from an interval on; whatever was set for it before is gone. */
export function withRates(settings: PlatformSettings, rates: CapacityRates, fromInterval: number): PlatformSettings {
  const before = settings.rateChanges.filter((change) => change.fromInterval < fromInterval);
  return { ...settings, rateChanges: [...before, { fromInterval, ...rates }], most: mostOf(settings.most, rates) };
}

/** Each setting as the greater of the two. */
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
