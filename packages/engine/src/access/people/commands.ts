import type { Command } from '../../kernel/command.ts';
import { accessPartition } from '../../partitions.ts';
import type { AccessSettings } from '../context.ts';
import type { Actor } from '../state.ts';
import { PeopleState } from './state.ts';

/** A command on people and sessions, which writes down who did what. */
export function peopleCommand<Result>(
  actor: Actor,
  settings: Pick<AccessSettings, 'eventHistoryMs'>,
  decide: (state: PeopleState) => Result,
): Command<Result> {
  return {
    partitions: [accessPartition],
    reads: [],
    run: (changes, nowMs) => decide(new PeopleState(changes, actor, settings, nowMs)),
  };
}
