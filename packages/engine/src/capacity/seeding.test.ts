import { describe, expect, test } from 'vitest';

import { platformPartition } from '../partitions.ts';
import { LoadedRecords } from '../testing/loaded-records.ts';
import { noLimit, withDefault, withRange } from './limits.ts';
import { findSettings, keepSettings, ratesAt, ratesToCome, seededWith, withRates } from './platform-settings.ts';
import { limitKind } from './records.ts';
import { findDifferencesQuery, seedCommand } from './seeding.ts';
import { defaultCapacitySettings } from './settings.ts';
import { limitIds, PlatformState } from './state.ts';

const [live, inTest] = [platformPartition('live'), platformPartition('test')];
const small = { ...defaultCapacitySettings, platformCapacityGb: 96, orgCapGb: 40 };

function seed(records: LoadedRecords, settings = defaultCapacitySettings) {
  return seedCommand(settings).run(records, 0);
}

function differences(records: LoadedRecords, own = defaultCapacitySettings) {
  return findDifferencesQuery(own).run(records, 0);
}

describe('a store', () => {
  test('is seeded once, for both environments', () => {
    const records = new LoadedRecords();
    expect([seed(records, small), seed(records)]).toEqual([undefined, undefined]);
    for (const partition of [live, inTest]) expect(findSettings(records, partition)).toEqual(seededWith(small));
  });

  test('that was used before there were settings remembers the most that limits and bookings were', () => {
    const records = new LoadedRecords();
    records.put(limitKind, live, limitIds.org('acme'), withRange(noLimit, { fromInterval: 1, toInterval: 2 }, 5_000));
    records.put(limitKind, live, limitIds.platform, withDefault(noLimit, 8_000));
    new PlatformState(records, live, 'acme', small).reserve([{ interval: 2_000_000, capacityGb: 6_000 }]);
    seed(records, small);
    expect(findSettings(records, live)).toEqual({
      ...seededWith(small),
      most: { ...small, platformCapacityGb: 8_000, orgCapGb: 6_000 },
    });
    expect(findSettings(records, inTest)).toEqual(seededWith(small));
  });

  test('is seeded with nothing else that a process is set to', () => {
    const records = new LoadedRecords();
    const others = { requestTimeoutMs: 1_000, transport: { send: () => undefined } };
    seed(records, { ...small, ...others });
    expect(findSettings(records, live)).toEqual(seededWith(small));
    expect(Object.keys(findSettings(records, live)?.seed ?? {}).toSorted()).toEqual(Object.keys(small).toSorted());
  });

  test('is not seeded with a rate at which what is booked would cost more than can be said', () => {
    const records = new LoadedRecords();
    new PlatformState(records, live, 'acme', small).reserve([{ interval: 2_000_000, capacityGb: 1_000_000_000 }]);
    expect(seed(records)).toMatchObject({ words: expect.stringContaining('10080000000000000 micro-dollars') });
    expect(findSettings(records, inTest)).toBeUndefined();
    expect(seed(records, { ...defaultCapacitySettings, reservedMicrosPerGbHour: 10_000 })).toBeUndefined();
  });
});

describe('a process', () => {
  test('that was started with the same settings, with those that were set since, or with those that the store was seeded with, says nothing', () => {
    const records = new LoadedRecords();
    seed(records, small);
    expect(differences(records, small)).toEqual([]);
    records.put(limitKind, live, limitIds.orgs, withDefault(noLimit, 64));
    expect([differences(records, small), differences(records, { ...small, orgCapGb: 64 })]).toEqual([[], []]);
  });

  test('names what is different, as it is now', () => {
    const records = new LoadedRecords();
    seed(records, small);
    keepSettings(
      records,
      live,
      withRates(seededWith(small), { reservedMicrosPerGbHour: 7, onDemandMicrosPerGbHour: 8 }, 5),
    );
    const own = { ...defaultCapacitySettings, reservedMicrosPerGbHour: 9, onDemandMicrosPerGbHour: 8 };
    expect(differences(records, own)).toEqual([
      { setting: 'platformCapacityGb', own: 4_096, stored: { live: 96, test: 96 } },
      { setting: 'orgCapGb', own: 1_024, stored: { live: 40, test: 40 } },
      { setting: 'reservedMicrosPerGbHour', own: 9, stored: { live: 7, test: 12_000 } },
    ]);
  });
});

test('rates hold from their interval on, and those before it keep theirs', () => {
  const [cheap, dear] = [1, 2].map((rate) => ({ reservedMicrosPerGbHour: rate, onDemandMicrosPerGbHour: rate }));
  const settings = withRates(withRates(seededWith(small), cheap!, 10), dear!, 20);
  const at = (interval: number) => ratesAt(settings, interval).reservedMicrosPerGbHour;
  expect([9, 10, 19, 20, 1_000].map(at)).toEqual([12_000, 1, 1, 2, 2]);
  expect(ratesToCome(settings)).toEqual(dear);
  expect(withRates(settings, cheap!, 20).rateChanges).toEqual([
    { fromInterval: 10, ...cheap },
    { fromInterval: 20, ...cheap },
  ]);
  expect(settings.most.reservedMicrosPerGbHour).toBe(12_000);
});
