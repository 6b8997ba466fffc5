import { defaultCapacitySettings, findUnsafeSums } from '@holdfast/engine';
import type { CapacityServiceSettings } from '@holdfast/engine';

type Name = keyof CapacityServiceSettings;

/** The most that a setting may be, as on a server. */
export const largestCapacitySetting = 1_000_000_000;

/**
 * @throws TypeError when one of them is no whole number, or out of bounds, or when something could cost more under them
 *   than can be said exactly.
 */
export function readCapacitySettings(
  given: Readonly<Partial<Record<Name, number | undefined>>>,
): CapacityServiceSettings {
  const read = (name: Name) => {
    const value = given[name] ?? defaultCapacitySettings[name];
    if (Number.isInteger(value) && value >= 0 && value <= largestCapacitySetting) return value;
    throw new TypeError(`${name} must be a whole number from 0 to ${largestCapacitySetting}, not ${String(value)}.`);
  };
  const settings = {
    platformCapacityGb: read('platformCapacityGb'),
    orgCapGb: read('orgCapGb'),
    reservedMicrosPerGbHour: read('reservedMicrosPerGbHour'),
    onDemandMicrosPerGbHour: read('onDemandMicrosPerGbHour'),
  };
  const [unsafe] = findUnsafeSums(settings);
  if (unsafe !== undefined) throw new TypeError(`${unsafe.settings.join(', ')} must not ${unsafe.words}.`);
  return settings;
}
