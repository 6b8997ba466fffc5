import type { Command } from '../kernel/command.ts';
import type { SweptKind } from '../kernel/kind-sweep.ts';
import type { SettledKind } from '../kernel/settler.ts';
import { tenantOf } from '../partitions.ts';
import { lockCountKey, lockCountKind } from '../shared/lock-counts.ts';
import type { RecordKey, RecordKind } from '../store.ts';
import type { NamedResourceContext } from './context.ts';
import { beginSettlement, endSettlement, goOnCounting, mayHaveLapsed } from './lock-count.ts';
import { blockerClaimKind, lockKind } from './records.ts';
import { expire, expireBlockerClaim } from './rules.ts';
import { ResourceState } from './state.ts';

/** The most locks that one command of the sweeper ends, and how many are fetched at once. */
const perCommand = 100;
const found = 2_000;

/** How many locks one command counts. */
const countedAtOnce = 1_000;

/** What the sweeper ends, and what it counts of locks from before they were counted. */
export function sweptKinds(context: NamedResourceContext): readonly SweptKind[] {
  const count = (partition: string) =>
    onPartition(partition, [], context, (state, nowMs) => goOnCounting(state, countedAtOnce, nowMs));
  return [...lapsingKinds(context), { kind: lockCountKind, found, perCommand: 1, command: count }];
}

/** What a request that would exceed a limit waits for: that locks which have lapsed are ended. */
export function settledKinds(context: NamedResourceContext): readonly SettledKind[] {
  return [
    {
      kind: lockCountKind,
      swept: lapsingKinds(context),
      begin: (partition) =>
        onPartition(partition, [], context, (state, nowMs) => ({ number: beginSettlement(state), nowMs })),
      end: (partition, { number }, nextDueAtMs) =>
        onPartition(partition, [], context, (state, nowMs) => {
          endSettlement(state, number, nextDueAtMs);
          return mayHaveLapsed(state.lockCount(), nowMs);
        }),
    },
  ];
}

function lapsingKinds(context: NamedResourceContext): readonly SweptKind[] {
  const end = (kind: RecordKind, expireOne: (state: ResourceState, id: string, nowMs: number) => void): SweptKind => ({
    kind,
    found,
    perCommand,
    command: (partition, ids) => {
      const reads = ids.map((id) => ({ kind, partition, id }));
      return onPartition(partition, reads, context, (state, nowMs) =>
        state.forEach(ids, (id) => expireOne(state, id, nowMs)),
      );
    },
  });
  return [end(lockKind, expire), end(blockerClaimKind, expireBlockerClaim)];
}

/** A command of nobody's. Its events are kept for as long as the tenant's. */
function onPartition<Result>(
  partition: string,
  reads: readonly RecordKey[],
  { settings, eventHistories }: NamedResourceContext,
  decide: (state: ResourceState, nowMs: number) => Result,
): Command<Result> {
  const tenantId = tenantOf(partition);
  return {
    partitions: [partition],
    reads: [lockCountKey(partition), ...eventHistories.reads(tenantId), ...reads],
    run(changes, nowMs) {
      const eventHistoryMs = eventHistories.windowMs(changes, tenantId) ?? settings.eventHistoryMs;
      return decide(new ResourceState(changes, partition, { ...settings, eventHistoryMs }), nowMs);
    },
  };
}
