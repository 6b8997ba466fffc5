import type { SweptKind } from '../kernel/kind-sweep.ts';
import type { RecordKind } from '../store.ts';
import { blockerClaimKind, lockKind } from './records.ts';
import { expire, expireBlockerClaim } from './rules.ts';
import type { NamedResourceSettings } from './settings.ts';
import { ResourceState } from './state.ts';

/** The most locks that one command of the sweeper ends, and how many are fetched at once. */
const perCommand = 100;
const found = 2_000;

/** What the sweeper ends. */
export function sweptKinds(settings: NamedResourceSettings): readonly SweptKind[] {
  const end = (kind: RecordKind, expireOne: (state: ResourceState, id: string, nowMs: number) => void): SweptKind => ({
    kind,
    found,
    perCommand,
    command: (partition, ids) => ({
      partitions: [partition],
      reads: ids.map((id) => ({ kind, partition, id })),
      run(changes, nowMs) {
        const state = new ResourceState(changes, partition, settings);
        state.forEach(ids, (id) => expireOne(state, id, nowMs));
      },
    }),
  });
  return [end(lockKind, expire), end(blockerClaimKind, expireBlockerClaim)];
}
