import type { ReadOperation } from '../../operation.ts';
import { namedResourcePartition } from '../../partitions.ts';
import { countLocks } from '../../shared/lock-counts.ts';
import { accepted } from '../../shared/outcomes.ts';
import { toWireTime } from '../../shared/times.ts';
import type { AccessContext } from '../context.ts';
import { countApiKeys } from '../keys/rules.ts';
import { AccessView } from '../state.ts';
import { readsPerMinuteOf } from './policies.ts';

export const getLimits: ReadOperation<'getLimits', AccessContext> = (caller, _input, { limits }) => {
  const { tier, enforce, opsPerMinute, opsPerDay, concurrentLocks, apiKeys, keyOpsPerMinute } = caller.limits;
  const readUsage = limits.usage(caller);
  return {
    partitions: [],
    reads: [],
    run(records, nowMs) {
      const usage = readUsage(records);
      return accepted({
        tier,
        enforce,
        limits: {
          ops_per_minute: opsPerMinute,
          ops_per_day: opsPerDay,
          reads_per_minute: readsPerMinuteOf(opsPerMinute),
          concurrent_locks: concurrentLocks,
          api_keys: apiKeys,
          key_ops_per_minute: keyOpsPerMinute,
        },
        used: {
          ops_per_minute: usage.minute,
          ops_per_day: usage.day,
          reads_per_minute: usage.reads,
          concurrent_locks: countLocks(records, namedResourcePartition(caller)),
          api_keys: countApiKeys(new AccessView(records), caller.tenantId, nowMs),
          key_ops_per_minute: usage.key,
        },
        resets_at: { minute: toWireTime(usage.minuteEndsAtMs), day: toWireTime(usage.dayEndsAtMs) },
      });
    },
  };
};
