import type { RenewResult, ReserveResult, ResourceState, UnreserveResult } from '@holdfast/sdk';

import type { Call, SequentialSpec } from '../checker/sequential-spec.ts';
import type { Answer, Command } from './commands.ts';
import { get } from './get-rule.ts';
import { renew, unreserve } from './holder-rules.ts';
import { namesOfKey, targetOf } from './objects.ts';
import { reserve } from './reserve-rule.ts';
import { initialState, settle } from './spec-state.ts';
import type { Moment, State } from './spec-state.ts';
import { reserveTransaction } from './transaction-rule.ts';

/**
 * What locks, a pool, or names that are taken together do when one client at a time uses them.
 *
 * Time is part of it: an answer is right if it is so for some moment between call and return, give or take what the
 * server's clock may be wrong by. Most answers say to the millisecond when they were decided, as they tell when a hold
 * ends; so who may take a name at the end of a hold is checked by the server's own times, to the millisecond.
 *
 * Only what changes something moves the clock of the state: that a hold was seen to have lapsed by a process whose
 * clock is ahead doesn't oblige the others, within what clocks may differ.
 */
export function reservationSpec(key: string, clockToleranceMs: number): SequentialSpec<State, Command, Answer> {
  return {
    initial: initialState(namesOfKey(key)),
    step(state, call) {
      const fromMs = Math.max(state.clockMs, Math.floor(call.calledAtMs - clockToleranceMs));
      const window = { fromMs, toMs: Math.floor(call.returnedAtMs + clockToleranceMs) };
      if (window.fromMs > window.toMs) return [];
      return decide({ state, window, lapsed: [], hasChanged: false }, call).map(toState);
    },
    hash: (state) => JSON.stringify(state),
    changedNothing({ operation, answer }) {
      return operation.type === 'get' || (answer !== undefined && !answer.results.some(isChange));
    },
  };
}

/** All items of a request are decided at one time, one after the other. */
function decide(moment: Moment, { operation, answer }: Call<Command, Answer>): readonly Moment[] {
  if (operation.type === 'transaction') return reserveTransaction(moment, operation, answer);
  if (answer !== undefined && answer.results.length !== operation.items.length) return [];
  return operation.items.reduce<readonly Moment[]>(
    (moments, _, index) => moments.flatMap(settle).flatMap((each) => decideItem(each, operation, index, answer)),
    [moment],
  );
}

function decideItem(
  moment: Moment,
  command: Exclude<Command, { type: 'transaction' }>,
  index: number,
  answer: Answer | undefined,
): readonly Moment[] {
  const target = targetOf(command.items[index]!.resource);
  const result = answer?.results[index];
  switch (command.type) {
    case 'reserve':
      return reserve(moment, target, command.items[index]!, result as ReserveResult | undefined);
    case 'unreserve':
      return unreserve(moment, target, command.items[index]!, result as UnreserveResult | undefined);
    case 'renew':
      return renew(moment, target, command.items[index]!, result as RenewResult | undefined);
    case 'get':
      return result === undefined ? [moment] : get(moment, target, result as ResourceState);
  }
}

/** The earliest time at which it can have been decided leaves most room for all that comes later. */
function toState({ state, window, hasChanged }: Moment): State {
  return hasChanged ? { ...state, clockMs: window.fromMs } : state;
}

function isChange({ status }: { readonly status: string }): boolean {
  return status === 'ACQUIRED' || status === 'RELINQUISHED' || status === 'RENEWED';
}
