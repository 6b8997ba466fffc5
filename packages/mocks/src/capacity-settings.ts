import { defaultCapacitySettings, findUnsafeSums } from '@holdfast/engine';
import type { CapacityServiceSettings } from '@holdfast/engine';

type Name = keyof CapacityServiceSettings;

/** The largest value of a setting, as on a server. */
export const largestCapacitySetting = 1_000_000_000;

/** @throws TypeError if one isn't an integer within bounds, or if a cost could exceed an exact number. */
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
