import type { Answer } from '@holdfast/engine';

import type { Command, Fact } from '../model/command.ts';
import { predict } from '../model/predict.ts';
import { match } from './match.ts';
import type { Names } from './names.ts';

/** A command and what the service answered. */
export interface Answered {
  readonly name: string;
  readonly command: Command;
  readonly answer: Answer<unknown>;
}

/** What has happened, so far as it was accepted, and what the service calls it. */
export interface Explanation {
  readonly facts: readonly Fact[];
  readonly names: Names;
}

/** What is known already, and what else an explanation has to fit. */
interface Question extends Explanation {
  readonly nowMs: number;
  /** What is wrong, if that is how it was. */
  readonly check: (explanation: Explanation) => readonly string[];
}

/**
 * Finds an order in which these commands, one after the other, would have been answered as they were. Otherwise throws
 * what is wrong with the order in which they were sent.
 */
export function explain(answered: readonly Answered[], question: Question): Explanation {
  const found = search(answered, question);
  if (found !== undefined) return found;
  const faults = faultsInOrder(answered, question);
  const title = answered.length > 1 ? 'No order explains the answers. In the order in which they were sent:\n' : '';
  throw new Error(`${title}${faults.join('\n')}`);
}

/** Goes on with each command in turn that could have been the next one. */
function search(rest: readonly Answered[], question: Question): Explanation | undefined {
  if (rest.length === 0) {
    const found = { facts: question.facts, names: question.names.copy() };
    return question.check(found).length === 0 ? found : undefined;
  }
  for (const next of rest) {
    const taken = take(next, question);
    if (taken.faults.length > 0) continue;
    const found = search(
      rest.filter((one) => one !== next),
      { ...question, ...taken },
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function faultsInOrder(answered: readonly Answered[], question: Question): readonly string[] {
  let reached = question;
  for (const next of answered) {
    const taken = take(next, reached);
    if (taken.faults.length > 0) return taken.faults;
    reached = { ...question, ...taken };
  }
  return question.check(reached);
}

function take({ name, command, answer: { outcome } }: Answered, question: Question) {
  const names = question.names.copy();
  const { answer, facts } = predict(question.facts, name, command, question.nowMs);
  const expected = typeof answer === 'string' ? { ok: false, code: answer } : { ok: true, value: answer };
  return { facts, names, faults: match(expected, outcome, names, `The answer to ${name} `) };
}
