import type { OperationTypes } from '@holdfast/contract';

import { recordKey } from '../kernel/record-access.ts';
import type { ReadOperation, WriteOperation } from '../legacy-operation.ts';
import { platformPartition, usagePartition } from '../partitions.ts';
import { accepted, invalidRequest, isRefused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';
import { fromWireTime } from '../shared/times.ts';
import { mostUsedGb } from './amounts.ts';
import { addUp, settleInterval } from './charges.ts';
import { parseGridWindow } from './interval-input.ts';
import { ratesAt, readSettings, settingsKeyOf } from './platform-settings.ts';
import { toWireRange } from './read-operations.ts';
import { workloadKind } from './records.ts';
import { earliestSampleMs, latestSampleMs, recordSamples } from './samples.ts';
import type { CapacityServiceSettings } from './settings.ts';
import { readReserved } from './state.ts';
import { readUsageIntervals } from './usage-intervals.ts';
import { toGridTime } from './wire.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];
type Body<Id extends keyof OperationTypes> = OperationTypes[Id]['body'];
type Sample = Body<'recordCapacityUsage'>['samples'][number];

export function createCapacityUsageOperations(seed: CapacityServiceSettings) {
  const recordCapacityUsage: WriteOperation<Input<'recordCapacityUsage'>, Result<'recordCapacityUsage'>> = {
    type: 'write',
    prepare(caller, { body: { samples } }) {
      const partition = usagePartition(caller);
      const commands = samples.map(({ workloadId, at, memoryGb }) => {
        return { workloadId, atMs: fromWireTime(at) ?? 0, memoryGb };
      });
      return {
        partitions: [partition],
        reads: samples.map(({ workloadId }) => recordKey(workloadKind, partition, workloadId)),
        run(changes, nowMs) {
          const outOfTime = refuseOutOfTime(samples, nowMs);
          if (outOfTime !== undefined) return outOfTime;
          let recorded = { count: 0, highestGb: 0 };
          const isRecorded = changes.attempt(() => {
            recorded = recordSamples(changes, partition, commands);
            return recorded.highestGb <= mostUsedGb;
          });
          if (!isRecorded) return tooMuchUsed(recorded.highestGb);
          return accepted({ accepted: recorded.count, duplicates: samples.length - recorded.count });
        },
      };
    },
  };

  const getCapacityUsage: ReadOperation<Input<'getCapacityUsage'>, Result<'getCapacityUsage'>> = {
    type: 'read',
    prepare(caller, { query }) {
      const range = parseGridWindow(query);
      if (isRefused(range)) return range;
      const [platform, org] = [platformPartition(caller.environment), usagePartition(caller)];
      return {
        partitions: [platform, org],
        reads: [settingsKeyOf(platform)],
        run(records, nowMs) {
          const settings = readSettings(records, platform, seed);
          const reservedAt = readReserved(records, platform, caller.tenantId, range);
          const untilSecond = Math.ceil(nowMs / 1_000);
          const settled = readUsageIntervals(records, org, range).map((usage, index) => {
            const interval = range.fromInterval + index;
            const reservedGb = reservedAt(interval);
            const rates = ratesAt(settings, interval);
            return { interval, reservedGb, ...settleInterval(interval, usage, reservedGb, untilSecond, rates) };
          });
          const intervals = settled.map(({ interval, ...amounts }) => {
            return { startsAt: toGridTime(interval), endsAt: toGridTime(interval + 1), ...amounts };
          });
          return accepted({ ...toWireRange(range), intervals, totals: addUp(settled) });
        },
      };
    },
  };

  return { recordCapacityUsage, getCapacityUsage };
}

/** The first sample that is too late, or from a clock too far ahead; undefined if none is. */
function refuseOutOfTime(samples: readonly Sample[], nowMs: number): Refused | undefined {
  for (const [index, { at }] of samples.entries()) {
    const atMs = fromWireTime(at) ?? 0;
    const field = `/samples/${index}/at`;
    if (atMs < nowMs - latestSampleMs) {
      return invalidRequest({ field, rule: 'maxAge', message: 'must not be more than 24 hours ago', value: at });
    }
    if (atMs > nowMs + earliestSampleMs) {
      const message = 'must not be more than a minute in the future';
      return invalidRequest({ field, rule: 'maximum', message, value: at });
    }
  }
  return undefined;
}

function tooMuchUsed(highestGb: number): Refused {
  const message = `must not bring what all workloads use at one time above ${mostUsedGb} GB: it would be ${highestGb}`;
  return invalidRequest({ field: '/samples', rule: 'maximum', message });
}
