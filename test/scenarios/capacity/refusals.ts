import type { CapacityShortfall } from '@holdfast/contract';
import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';

/** What is said of a time that isn't one, or of another zone. */
export const noTime = 'must be a time in UTC (RFC 3339 with Z or +00:00)';

export const offGrid = 'must be on the 15-minute grid: :00, :15, :30 or :45 in UTC, without seconds';

export const tooSoon = 'must be at least 30 minutes from now';

/** Expects a 400 in plain text that says exactly this, or something like it. */
export function expectSentence({ status, headers, text }: WireAnswer, sentence: string | RegExp): void {
  expect(status, text.slice(0, 1_000)).toBe(400);
  expect(headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
  expect(text).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
}

/** Expects a 409 that names exactly these intervals, and says nothing else. */
export function expectShortfalls(
  { status, headers, json, text }: WireAnswer,
  shortfalls: readonly CapacityShortfall[],
): void {
  expect(status, text.slice(0, 1_000)).toBe(409);
  expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  expect(json).toEqual({ error: 'capacity_not_available', intervals: shortfalls });
}

/** Expects a problem as the family has it where neither a rule nor a fault of the request decides. */
export function expectError({ status, json, text }: WireAnswer, expectedStatus: number, error: string): void {
  expect(status, text.slice(0, 1_000)).toBe(expectedStatus);
  expect(json).toMatchObject({ error, message: expect.stringMatching(/^[A-Z/].*\.$/u) });
}
