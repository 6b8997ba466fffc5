import { describe, expect, test } from 'vitest';

import { checkLinearizable } from '../checker/check-linearizable.ts';
import type { Call } from '../checker/sequential-spec.ts';
import type { Answer, Command } from './commands.ts';
import { keySpec } from './key-spec.ts';
import { limitSpec } from './limit-spec.ts';
import { dailyLimit, firstValue } from './objects.ts';

type KeyCommand = Exclude<Command, { readonly type: 'spend' }>;

const noon = Date.parse('2026-01-01T12:00:00Z');
const longMs = 6_000;

function answered(status: number, process: string, more: Partial<Answer> = {}): Answer {
  return { status, process, attempts: 1, isReplayed: false, ...more };
}

function call<Each extends Command>(operation: Each, answer: Answer, atMs: number): Call<Each, Answer> {
  return { client: 1, operation, answer, calledAtMs: noon + atMs, returnedAtMs: noon + atMs + 2 };
}

function change(type: 'revoke' | 'rotate' | 'narrow', atMs: number, more: Partial<Answer> = {}) {
  const operation: KeyCommand = { type, key: 'key', acknowledgedAtMs: noon + atMs + 2 };
  return call(operation, answered(200, 'a', more), atMs);
}

function use(status: number, process: string, atMs: number, value = firstValue) {
  const operation: KeyCommand = { type: 'use', key: 'key', value };
  return call(operation, answered(status, process), atMs);
}

function explains(...calls: readonly Call<KeyCommand, Answer>[]): boolean {
  return checkLinearizable(keySpec, calls).isLinearizable;
}

describe('a key', () => {
  test.each([
    { type: 'revoke' as const, refusal: 401 },
    { type: 'rotate' as const, refusal: 401 },
    { type: 'narrow' as const, refusal: 403 },
  ])('that is changed ($type) is refused at once where it was, and within 5 s elsewhere', ({ type, refusal }) => {
    expect(explains(use(200, 'a', 0), change(type, 10), use(refusal, 'a', 20), use(200, 'b', 20))).toBe(true);
    expect(explains(change(type, 10), use(200, 'a', 20))).toBe(false);
    expect(explains(change(type, 10), use(200, 'b', longMs))).toBe(false);
    expect(explains(change(type, 10), use(refusal, 'b', longMs))).toBe(true);
  });

  test('that was changed by nobody knows whom is used for 5 s, in whatever process', () => {
    const replayed = change('revoke', 10, { isReplayed: true });
    expect(explains(replayed, use(200, 'a', 20))).toBe(true);
    expect(explains(replayed, use(200, 'a', longMs))).toBe(false);
  });

  test('is never refused while it is valid: a new value works at once everywhere', () => {
    expect(explains(use(401, 'b', 0))).toBe(false);
    const rotated = change('rotate', 10, { value: 'second' });
    expect(explains(rotated, use(200, 'b', 20, 'second'))).toBe(true);
    expect(explains(rotated, use(401, 'b', 20, 'second'))).toBe(false);
  });
});

describe('a limit', () => {
  const spend = (status: number, atMs: number, attempts = 1) =>
    call({ type: 'spend', tenant: 'tenant', resource: 'r' }, answered(status, 'a', { attempts }), atMs);
  const spends = (count: number) => Array.from({ length: count }, (_, index) => spend(200, 10 * index));
  const isExplained = (...calls: readonly Call<Command, Answer>[]) =>
    checkLinearizable(limitSpec(2), calls).isLinearizable;

  test('is never exceeded, also by requests that were sent twice, and begins anew at midnight', () => {
    expect(isExplained(...spends(dailyLimit), spend(429, 1_000))).toBe(true);
    expect(isExplained(...spends(dailyLimit), spend(200, 1_000))).toBe(false);
    expect(isExplained(...spends(dailyLimit - 1), spend(200, 1_000, 2))).toBe(true);
    expect(isExplained(...spends(dailyLimit), spend(200, 12 * 3_600_000))).toBe(true);
  });

  test('refuses nobody while more is left than processes can have in hand', () => {
    expect(isExplained(...spends(dailyLimit - 3), spend(429, 1_000))).toBe(true);
    expect(isExplained(...spends(dailyLimit - 4), spend(429, 1_000))).toBe(false);
    expect(isExplained(...spends(dailyLimit - 5), spend(200, 900, 2), spend(429, 1_000))).toBe(true);
  });
});
