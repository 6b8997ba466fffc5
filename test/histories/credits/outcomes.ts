import { isSuccess, problemOf } from './commands.ts';
import type { Answer } from './commands.ts';
import type { SettledMoment, State } from './spec-state.ts';

/**
 * A rule takes the moment at which a command is decided and what was answered, undefined if nobody knows. It returns the
 * state that the command leaves, or none if that can't have been the answer; several if more than one may be.
 */
export type Rule<Command> = (moment: SettledMoment, command: Command, answer: Answer | undefined) => readonly State[];

/** The command is refused with this problem, and changes nothing. */
export function refuse({ state }: SettledMoment, answer: Answer | undefined, problem: string): readonly State[] {
  return answer === undefined || (!isSuccess(answer) && problemOf(answer) === problem) ? [state] : [];
}

/** The command leaves this state, and is answered with at least these members. */
export function change(
  { window }: SettledMoment,
  answer: Answer | undefined,
  next: State,
  expected: object,
): readonly State[] {
  if (answer !== undefined && !says(answer, expected)) return [];
  // The earliest time at which it can have been decided leaves most room for all that comes later.
  return [{ ...next, clockMs: window.fromMs }];
}

/** Whether it is a success that says all this, and perhaps more. */
export function says(answer: Answer, expected: object): boolean {
  return isSuccess(answer) && includes(answer.body, expected);
}

function includes(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return actual === expected;
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(expected).every(([name, value]) => includes((actual as Record<string, unknown>)[name], value));
}
