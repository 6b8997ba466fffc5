import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';

interface Detail {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** Expects a 400 that finds fault with this field alone, and says by which of these rules. */
export function expectFault(answer: WireAnswer, field: string, rules: readonly string[]): void {
  const { status, json, text } = answer;
  expect(status, text.slice(0, 1_000)).toBe(400);
  const { error, message, details } = json as { error: string; message: string; details: readonly Detail[] };
  expect(error).toBe('invalid_request');
  expect(new Set(details.map((detail) => detail.field))).toEqual(new Set([field]));
  expect(
    details.some(({ rule }) => rules.includes(rule)),
    `${text} says none of ${rules.join(', ')}`,
  ).toBe(true);
  expect(message).toContain(`${field} ${details[0]?.message}`);
}

/** Expects a problem whose sentence names what is wrong. */
export function expectProblem(
  { status, json, text }: WireAnswer,
  expected: number,
  error: string,
  names: string,
): void {
  expect(status, text.slice(0, 1_000)).toBe(expected);
  expect(json).toMatchObject({ error, message: expect.stringContaining(names) });
}
