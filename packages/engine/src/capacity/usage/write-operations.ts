import { recordKey } from '../../kernel/record-access.ts';
import type { Body, WriteOperation } from '../../operation.ts';
import { usagePartition } from '../../partitions.ts';
import { accepted, invalidRequest } from '../../shared/outcomes.ts';
import type { Refused } from '../../shared/outcomes.ts';
import { fromWireTime } from '../../shared/times.ts';
import { mostUsedGb } from '../amounts.ts';
import type { CapacityContext } from '../context.ts';
import { workloadKind } from '../records.ts';
import { earliestSampleMs, latestSampleMs, recordSamples } from './samples.ts';

type Sample = Body<'recordCapacityUsage'>['samples'][number];

export const recordCapacityUsage: WriteOperation<'recordCapacityUsage', CapacityContext> = (
  caller,
  { body: { samples } },
) => {
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
};

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
