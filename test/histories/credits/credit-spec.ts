import type { UsageResult } from '@holdfast/contract';

import type { SequentialSpec } from '../checker/sequential-spec.ts';
import { adjust, grant, use } from './account-rules.ts';
import { isSuccess } from './commands.ts';
import type { Answer, Command } from './commands.ts';
import { commit, extend, hold, release } from './hold-rules.ts';
import { learn } from './learn.ts';
import { customerOf } from './objects.ts';
import type { Rule } from './outcomes.ts';
import { audit, getAccount, getHold, listHolds } from './read-rules.ts';
import { settle } from './settle.ts';
import { initialState } from './spec-state.ts';
import type { State } from './spec-state.ts';

const rules = { hold, commit, release, extend, use, grant, adjust, getAccount, audit, getHold, listHolds };

const reads: readonly Command['type'][] = ['getAccount', 'audit', 'getHold', 'listHolds'];

/**
 * What a customer's credits do when one client at a time uses them.
 *
 * Time is part of it, as for named resources: an answer is right if it is so for some moment between call and return,
 * give or take what the server's clock may be wrong by. Holds give their credits back the moment that they lapse. What has
 * expired is gone, except for what holds have of it, until they end.
 */
export function creditSpec(customer: string, clockToleranceMs: number): SequentialSpec<State, Command, Answer> {
  return {
    initial: initialState(customerOf(customer)),
    step(state, { operation, answer, calledAtMs, returnedAtMs }) {
      const fromMs = Math.max(state.clockMs, Math.floor(calledAtMs - clockToleranceMs));
      const window = { fromMs, toMs: Math.floor(returnedAtMs + clockToleranceMs) };
      if (window.fromMs > window.toMs) return [];
      const rule = rules[operation.type] as Rule<Command>;
      const moments = learn({ state, window }, operation, answer).flatMap(settle);
      return moments.flatMap((moment) => rule(moment, operation, answer));
    },
    hash: (state) => JSON.stringify(state),
    changedNothing({ operation, answer }) {
      if (reads.includes(operation.type)) return true;
      return answer !== undefined && (!isSuccess(answer) || isDuplicate(operation, answer));
    },
  };
}

function isDuplicate({ type }: Command, { body }: Answer): boolean {
  return type === 'use' && (body as UsageResult).duplicate;
}
