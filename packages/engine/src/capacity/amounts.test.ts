import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { findUnsafeSums, mostUsedGb } from './amounts.ts';
import { intervalsPerDay, mostDaysShown } from './intervals.ts';
import { defaultCapacitySettings } from './settings.ts';
import type { CapacityServiceSettings } from './settings.ts';
import { addUp, settleInterval } from './usage/charges.ts';

const largestSetting = 1_000_000_000;
const setting = fc.oneof(
  fc.integer({ min: 0, max: largestSetting }),
  fc.constantFrom(0, 1, 12_000, 893_571_354, largestSetting),
);
const anySettings = fc.record({
  platformCapacityGb: setting,
  orgCapGb: setting,
  reservedMicrosPerGbHour: setting,
  onDemandMicrosPerGbHour: setting,
});

/** The longest answer, where all that can be booked is booked and as much is used as can be; and where nothing is. */
function largestAnswers(settings: CapacityServiceSettings) {
  const reservedGb = Math.min(settings.platformCapacityGb, settings.orgCapGb);
  const rowsOf = (bookedGb: number, startLevelGb: number) =>
    addUp(
      Array(mostDaysShown * intervalsPerDay).fill(
        settleInterval(0, { startLevelGb, steps: [] }, bookedGb, Infinity, settings),
      ),
    );
  return [rowsOf(reservedGb, 0), rowsOf(reservedGb, mostUsedGb), rowsOf(0, mostUsedGb)];
}

describe('settings that are taken', () => {
  test('let no answer come to more than can be said exactly, and those that are refused would', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const amounts = largestAnswers(settings).flatMap((answer) => Object.values(answer));
        const isSafe = findUnsafeSums(settings).length === 0;
        expect(isSafe).toBe(amounts.every((amount) => Number.isSafeInteger(amount)));
      }),
    );
  });

  test('are those of a fresh server', () => {
    expect(findUnsafeSums(defaultCapacitySettings)).toEqual([]);
  });
});

const petabyte = { platformCapacityGb: 1_000_000, orgCapGb: 1_000_000 };

test.each<[string, Partial<CapacityServiceSettings>, Partial<CapacityServiceSettings>]>([
  [
    'a rate for what is reserved',
    { ...petabyte, reservedMicrosPerGbHour: 10_722_856 },
    { ...petabyte, reservedMicrosPerGbHour: 10_722_857 },
  ],
  [
    'limits',
    { platformCapacityGb: 893_571_354, orgCapGb: largestSetting },
    { platformCapacityGb: 893_571_355, orgCapGb: largestSetting },
  ],
  ['a rate for what is not', { onDemandMicrosPerGbHour: 1_072_285 }, { onDemandMicrosPerGbHour: 1_072_286 }],
])('%s can be so large, and no larger', (_, largest, tooLarge) => {
  expect(findUnsafeSums({ ...defaultCapacitySettings, ...largest })).toEqual([]);
  expect(findUnsafeSums({ ...defaultCapacitySettings, ...tooLarge })).toHaveLength(1);
});

test('what is refused says the sum', () => {
  const [unsafe, ...others] = findUnsafeSums({
    ...defaultCapacitySettings,
    platformCapacityGb: largestSetting,
    orgCapGb: largestSetting,
  });
  expect(others).toEqual([]);
  expect(unsafe).toEqual({
    settings: ['platformCapacityGb', 'orgCapGb', 'reservedMicrosPerGbHour'],
    words:
      'let 35 days of 1000000000 GB at 12000 micro-dollars a GB-hour come to 10080000000000000 micro-dollars, ' +
      'more than 9007199254740991',
  });
});
