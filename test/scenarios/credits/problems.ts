import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';

const base = 'https://api.quotastack.io/errors/';

/** The types of problems, as the reference has them, with their statuses and titles. */
const problems = {
  'validation-failed': [400, 'Validation Failed'],
  'insufficient-credits': [402, 'Insufficient Credits'],
  'not-found': [404, 'Not Found'],
  'method-not-allowed': [405, 'Method Not Allowed'],
  conflict: [409, 'Conflict'],
  'reservation-not-active': [409, 'Reservation Not Active'],
  'reservation-expired': [409, 'Reservation Expired'],
  'idempotency-key-conflict': [409, 'Idempotency Key Conflict'],
  'payment-already-credited': [409, 'Payment Already Credited'],
  'event-id-conflict': [409, 'Event Id Conflict'],
  'no-metering-rule': [422, 'No Metering Rule'],
} as const;

export type ProblemSlug = keyof typeof problems;

const sentence: unknown = expect.stringMatching(/^[A-Z].*\.$/u);

/** The members of a problem, and no others. */
function problem(slug: ProblemSlug, detail = sentence): object {
  const [status, title] = problems[slug];
  return { type: `${base}${slug}`, title, status, detail };
}

/** Expects this problem, with exactly its members. */
export function expectProblem(answer: WireAnswer, slug: ProblemSlug, detail = sentence): void {
  const [status] = problems[slug];
  expect(answer.status, answer.text.slice(0, 1_000)).toBe(status);
  expect(answer.json).toEqual(problem(slug, detail));
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/problem\+json\b/u);
}

/** Expects a 400 with exactly these faults, each a place and the rule that it breaks. */
export function expectFaults(
  answer: WireAnswer,
  ...faults: readonly (readonly [pointer: string, rule: string])[]
): void {
  expect(answer.status, answer.text.slice(0, 1_000)).toBe(400);
  expect(answer.json).toEqual({
    ...problem('validation-failed', expect.stringMatching(/.\.$/su)),
    errors: faults.map(([pointer, rule]) => ({ pointer, rule, detail: expect.stringMatching(/./u) as unknown })),
  });
}

/** What the answer to a hold that there is too little for says. */
export const tooLittleForHold = 'Insufficient credits for reservation.';
