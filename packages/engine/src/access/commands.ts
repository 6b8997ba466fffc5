import type { Command } from '../kernel/command.ts';
import { accessPartition } from '../partitions.ts';
import type { RecordKey } from '../store.ts';
import type { AccessSettings } from './context.ts';
import { AccessState } from './state.ts';
import type { Actor } from './state.ts';

/** A command on tenants, tiers, keys and issuers, which writes down who did what. */
export function accessCommand<Result>(
  actor: Actor,
  { settings }: { readonly settings: Pick<AccessSettings, 'eventHistoryMs'> },
  decide: (state: AccessState) => Result,
  reads: readonly RecordKey[] = [],
): Command<Result> {
  return {
    partitions: [accessPartition],
    reads,
    run: (changes, nowMs) => decide(new AccessState(changes, actor, settings, nowMs)),
  };
}
