import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';
import { readProblem } from '../read-problem.ts';
import { expectSentence } from './expect-sentence.ts';

/**
 * Expects a 400 that finds fault with this field alone, and says by which of these rules.
 *
 * @param body - The text of the body that was sent, if that is where the field is.
 */
export function expectFault(answer: WireAnswer, field: string, rules: readonly string[], body?: string): void {
  const { status, text } = answer;
  expect(status, text.slice(0, 1_000)).toBe(400);
  const { code, message, faults } = readProblem(answer);
  expect(code).toBe('invalid_request');
  if (answer.json === undefined) return expectSentence(answer, field, rules, body);
  expect(new Set(faults.map((fault) => fault.field))).toEqual(new Set([field]));
  expect(
    faults.some(({ rule }) => rules.includes(rule)),
    `${text} says none of ${rules.join(', ')}`,
  ).toBe(true);
  expect(message).toContain(`${field} ${faults[0]?.message}`);
}

/** Expects a problem whose sentence names what is wrong. */
export function expectProblem(answer: WireAnswer, expected: number, code: string, names: string): void {
  expect(answer.status, answer.text.slice(0, 1_000)).toBe(expected);
  expect(readProblem(answer)).toMatchObject({ code, message: expect.stringContaining(names) });
}
