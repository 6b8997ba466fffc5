import type { Command } from '../kernel/command.ts';
import type { SweptKind } from '../kernel/kind-sweep.ts';
import type { SettledKind } from '../kernel/settler.ts';
import { lockCountKey, lockCountKind } from '../shared/lock-counts.ts';
import type { RecordKey, RecordKind } from '../store.ts';
import { beginSettlement, endSettlement, goOnCounting, mayHaveLapsed } from './lock-count.ts';
import { blockerClaimKind, lockKind } from './records.ts';
import { expire, expireBlockerClaim } from './rules.ts';
import type { NamedResourceSettings } from './settings.ts';
import { ResourceState } from './state.ts';

/** The most locks that one command of the sweeper ends, and how many are fetched at once. */
const perCommand = 100;
const found = 2_000;

/** How many locks one command counts. */
const countedAtOnce = 1_000;

/** What the sweeper ends, and what it counts of locks from before they were counted. */
export function sweptKinds(settings: NamedResourceSettings): readonly SweptKind[] {
  const count = (partition: string) =>
    onPartition(partition, [], settings, (state, nowMs) => goOnCounting(state, countedAtOnce, nowMs));
  return [...lapsingKinds(settings), { kind: lockCountKind, found, perCommand: 1, command: count }];
}

/** What a request that would exceed a limit waits for: that locks which have lapsed are ended. */
export function settledKinds(settings: NamedResourceSettings): readonly SettledKind[] {
  return [
    {
      kind: lockCountKind,
      swept: lapsingKinds(settings),
      begin: (partition) =>
        onPartition(partition, [], settings, (state, nowMs) => ({ number: beginSettlement(state), nowMs })),
      end: (partition, { number }, nextDueAtMs) =>
        onPartition(partition, [], settings, (state, nowMs) => {
          endSettlement(state, number, nextDueAtMs);
          return mayHaveLapsed(state.lockCount(), nowMs);
        }),
    },
  ];
}

function lapsingKinds(settings: NamedResourceSettings): readonly SweptKind[] {
  const end = (kind: RecordKind, expireOne: (state: ResourceState, id: string, nowMs: number) => void): SweptKind => ({
    kind,
    found,
    perCommand,
    command: (partition, ids) => {
      const reads = ids.map((id) => ({ kind, partition, id }));
      return onPartition(partition, reads, settings, (state, nowMs) =>
        state.forEach(ids, (id) => expireOne(state, id, nowMs)),
      );
    },
  });
  return [end(lockKind, expire), end(blockerClaimKind, expireBlockerClaim)];
}

function onPartition<Result>(
  partition: string,
  reads: readonly RecordKey[],
  settings: NamedResourceSettings,
  decide: (state: ResourceState, nowMs: number) => Result,
): Command<Result> {
  return {
    partitions: [partition],
    reads: [lockCountKey(partition), ...reads],
    run: (changes, nowMs) => decide(new ResourceState(changes, partition, settings), nowMs),
  };
}
