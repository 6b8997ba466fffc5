import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LoadedRecords } from '../../testing/loaded-records.ts';
import { intervalSeconds } from '../intervals.ts';
import { defaultCapacitySettings } from '../settings.ts';
import { addUp, costMicros, settleInterval } from './charges.ts';
import { recordSamples } from './samples.ts';
import type { SampleCommand } from './samples.ts';
import { readUsageIntervals } from './usage-intervals.ts';

const partition = 'tenant/live/capacity-usage';
const firstInterval = 1_900_000;
const startSecond = firstInterval * intervalSeconds;
const never = Number.MAX_SAFE_INTEGER;

/** A sample, by its time in seconds since the first interval began. */
function sample(workloadId: string, second: number, memoryGb: number): SampleCommand {
  return { workloadId, atMs: (startSecond + second) * 1_000, memoryGb };
}

function settle(records: LoadedRecords, intervals: number, reservedGb = 0, untilSecond = never) {
  const range = { fromInterval: firstInterval, toInterval: firstInterval + intervals };
  return readUsageIntervals(records, partition, range).map((usage, index) =>
    settleInterval(firstInterval + index, usage, reservedGb, untilSecond, defaultCapacitySettings),
  );
}

function settleSamples(reservedGb: number, samples: readonly SampleCommand[]) {
  const records = new LoadedRecords();
  recordSamples(records, partition, samples);
  return settle(records, 1, reservedGb)[0];
}

describe('an interval with 16 GB reserved', () => {
  test('that uses 8 for 600 s, 30 for 60 s and nothing for 240 s has 840 GB-seconds of overage', () => {
    const settled = settleSamples(16, [sample('a', 0, 8), sample('a', 600, 30), sample('a', 660, 0)]);
    expect(settled).toMatchObject({ reservedGbSeconds: 14_400, overageGbSeconds: 840, usedGbSeconds: 6_600 });
    expect(settled?.unusedGbSeconds).toBe(8 * 600 + 16 * 240);
  });

  test('that uses 24 throughout has 7,200', () => {
    expect(settleSamples(16, [sample('a', -5_000, 24)])).toMatchObject({ overageGbSeconds: 7_200, unusedGbSeconds: 0 });
  });

  test('that uses 4 for 800 s and 25 for 100 s has 900', () => {
    expect(settleSamples(16, [sample('a', 0, 4), sample('a', 800, 25)])).toMatchObject({ overageGbSeconds: 900 });
  });

  test('costs the same whether it is used or not', () => {
    expect(settleSamples(16, [])).toMatchObject({ reservedCostMicros: 48_000, unusedGbSeconds: 14_400 });
  });
});

describe('samples', () => {
  test('on the boundary belong to the interval that begins there', () => {
    const records = new LoadedRecords();
    recordSamples(records, partition, [sample('a', 0, 4), sample('a', intervalSeconds, 0)]);
    expect(settle(records, 2).map((interval) => interval.usedGbSeconds)).toEqual([4 * intervalSeconds, 0]);
  });

  test('between seconds show from the next one on', () => {
    expect(settleSamples(0, [sample('a', 899.001, 4)])?.usedGbSeconds).toBe(0);
    expect(settleSamples(0, [sample('a', 898.001, 4)])?.usedGbSeconds).toBe(4);
  });

  test('say the most that is used at one time from the first new one on, late ones included', () => {
    const records = new LoadedRecords();
    const record = (...samples: readonly SampleCommand[]) => recordSamples(records, partition, samples).highestGb;
    expect(record(sample('a', 0, 4), sample('a', 60, 8), sample('b', 60, 1), sample('a', 61, 0))).toBe(9);
    expect(record(sample('c', 59, 100), sample('c', 60, 0))).toBe(104);
    expect(record(sample('d', 5_000, 3))).toBe(4);
    expect(record(sample('d', -60, 7), sample('d', -59, 0))).toBe(7);
    expect(record(sample('e', 30, 50))).toBe(154);
  });

  test('count once, and the first of them counts', () => {
    const records = new LoadedRecords();
    expect(recordSamples(records, partition, [sample('a', 0, 4), sample('a', 0, 8), sample('a', 9, 0)]).count).toBe(2);
    expect(recordSamples(records, partition, [sample('a', 0, 100), sample('a', 9, 100)]).count).toBe(0);
    expect(settle(records, 1)[0]?.usedGbSeconds).toBe(36);
  });

  test('go on for as long as nothing else is said, but not into the future', () => {
    const records = new LoadedRecords();
    recordSamples(records, partition, [sample('a', 0, 4)]);
    const until = startSecond + 3 * intervalSeconds + 100;
    expect(settle(records, 5, 0, until).map((interval) => interval.usedGbSeconds)).toEqual([
      3_600, 3_600, 3_600, 400, 0,
    ]);
  });

  const samples = fc.array(
    fc.record({
      workloadId: fc.constantFrom('a', 'b', 'c'),
      second: fc.integer({ min: 0, max: 4 * intervalSeconds }),
      memoryGb: fc.nat(40),
    }),
    { maxLength: 40 },
  );

  test('come to the same in whatever order and portions they arrive', () => {
    fc.assert(
      fc.property(samples, fc.nat(50), fc.integer({ min: 1, max: 9 }), (rows, reservedGb, portion) => {
        const records = new LoadedRecords();
        const commands = rows.map(({ workloadId, second, memoryGb }) => sample(workloadId, second, memoryGb));
        for (let first = 0; first < commands.length; first += portion) {
          recordSamples(records, partition, commands.slice(first, first + portion));
        }
        const settled = settle(records, 5, reservedGb);
        expect(settled.map(({ usedGbSeconds, overageGbSeconds }) => [usedGbSeconds, overageGbSeconds])).toEqual(
          countSecondBySecond(commands, 5, reservedGb),
        );
        for (const interval of settled) {
          expect(interval.usedGbSeconds + interval.unusedGbSeconds - interval.overageGbSeconds).toBe(
            interval.reservedGbSeconds,
          );
        }
      }),
    );
  });
});

/** What the words of the published text say, one second after the other: what is used, and what of it is too much. */
function countSecondBySecond(
  commands: readonly SampleCommand[],
  intervals: number,
  reservedGb: number,
): readonly number[][] {
  const levels = new Map<string, number>();
  return Array.from({ length: intervals }, (_, interval) => {
    let [used, over] = [0, 0];
    for (let second = 0; second < intervalSeconds; second += 1) {
      const atMs = (startSecond + interval * intervalSeconds + second) * 1_000;
      const seen = new Set<string>();
      for (const command of commands.filter((each) => each.atMs === atMs)) {
        if (!seen.has(command.workloadId)) levels.set(command.workloadId, command.memoryGb);
        seen.add(command.workloadId);
      }
      const level = [...levels.values()].reduce((sum, memoryGb) => sum + memoryGb, 0);
      used += level;
      over += Math.max(0, level - reservedGb);
    }
    return [used, over];
  });
}

describe('money', () => {
  test.each([
    [3_600, 12_000, 12_000],
    [1, 60_000, 17],
    [3, 60_000, 50],
    [1, 1_800, 1],
    [1, 1_799, 0],
    [0, 60_000, 0],
    [2 ** 52, 60_000, Number((2n ** 52n * 60_000n * 2n + 3_600n) / 7_200n)],
  ])('%d GB-seconds at %d micro-dollars a GB-hour cost %d', (gbSeconds, rate, micros) => {
    expect(costMicros(gbSeconds, rate)).toBe(micros);
  });

  test('adds up rows as they were rounded', () => {
    const interval = settleInterval(
      firstInterval,
      { startLevelGb: 1, steps: [{ second: startSecond + 1, changeGb: -1 }] },
      0,
      never,
      defaultCapacitySettings,
    );
    expect(interval.overageCostMicros).toBe(17);
    expect(addUp([interval, interval, interval]).overageCostMicros).toBe(51);
  });
});
