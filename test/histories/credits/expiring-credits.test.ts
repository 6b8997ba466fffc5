import { describe, expect, test } from 'vitest';

import type { Answer, Command } from './commands.ts';
import {
  accountOf,
  call,
  commit,
  committed,
  explains,
  held,
  hold,
  insufficient,
  originMs,
  poor,
  release,
  released,
  used,
  wire,
} from './spec-calls.ts';
import type { AnyCall } from './spec-calls.ts';

describe('credits that expire', () => {
  const expiresMs = 500;
  const grant: Command = { type: 'grant', customer: poor, credits: 4_000, expiresAtMs: originMs + expiresMs };
  const granted = (atMs: number) => {
    const amounts = { original_amount: 4_000, remaining_amount: 4_000, held_amount: 0 };
    const transaction = { id: 'g', delta: 4_000, type: 'grant', created_at: wire(atMs) };
    const block = { ...amounts, expires_at: wire(expiresMs) };
    return { status: 201, body: { block, transaction, account: accountOf(14_000, 0) } };
  };
  const given = call(grant, granted(5), 5);
  /** 3,000 of 14,000, all of them of what expires at 500. */
  const some = call(hold(3), held(3, 10, accountOf(14_000, 3_000)), 10);

  /** An account that shows so much left of what expires, and held, beside what doesn't. */
  function see(fromMs: number, balance: number, reserved: number, version: number, [left, heldOfIt] = [0, 0]): AnyCall {
    const lasting = { remaining_amount: balance - left, held_amount: reserved - heldOfIt, expires_at: null };
    const expiring = { remaining_amount: left, held_amount: heldOfIt, expires_at: wire(expiresMs) };
    const sums = { ...accountOf(balance, reserved), lifetime_earned: 14_000, version };
    const blocks = left > 0 ? [expiring, lasting] : [lasting];
    return call({ type: 'getAccount', customer: poor }, { status: 200, body: { ...sums, blocks } }, fromMs);
  }

  test('are there up to that millisecond, and count no more from then on', () => {
    expect(explains(given, see(490, 14_000, 0, 2, [4_000, 0]))).toBe(true);
    expect(explains(given, see(490, 10_000, 0, 3))).toBe(false);
    expect(explains(given, see(510, 10_000, 0, 3))).toBe(true);
    expect(explains(given, see(510, 14_000, 0, 2, [4_000, 0]))).toBe(false);
    expect(explains(given, see(510, 14_000, 0, 2))).toBe(false);
    const use = (atMs: number, left: number) =>
      call({ type: 'use', customer: poor, units: 11 }, used(11, atMs, accountOf(left, 0)), 490, 510);
    expect(explains(given, use(499, 3_000))).toBe(true);
    expect(explains(given, use(500, 3_000))).toBe(false);
    expect(explains(given, call(hold(11), insufficient, 510))).toBe(true);
    expect(explains(given, call(hold(11), insufficient, 490))).toBe(false);
  });

  test('are used up first', () => {
    const use = call({ type: 'use', customer: poor, units: 3 }, used(3, 10, accountOf(11_000, 0)), 10);
    expect(explains(given, use, see(20, 11_000, 0, 3, [1_000, 0]), see(510, 10_000, 0, 4))).toBe(true);
    expect(explains(given, use, see(20, 11_000, 0, 3, [4_000, 0]))).toBe(false);
    expect(explains(given, use, see(510, 7_000, 0, 4))).toBe(false);
  });

  test('stay where a hold has them, until it ends', () => {
    expect(explains(given, some, see(510, 13_000, 3_000, 4, [3_000, 3_000]))).toBe(true);
    expect(explains(given, some, see(510, 10_000, 0, 4))).toBe(false);
    expect(explains(given, some, see(510, 10_000, 3_000, 4))).toBe(false);
    expect(explains(given, some, see(510, 14_000, 3_000, 3, [4_000, 3_000]))).toBe(false);
  });

  test('are gone when the hold that has them gives them back', () => {
    const back = (fromMs: number, balance: number) =>
      call(release, released(3_000, fromMs, accountOf(balance, 0), 3_000), fromMs);
    expect(explains(given, some, back(490, 14_000), see(510, 10_000, 0, 5))).toBe(true);
    expect(explains(given, some, back(520, 10_000), see(530, 10_000, 0, 6))).toBe(true);
    expect(explains(given, some, back(520, 13_000))).toBe(false);
    expect(explains(given, some, back(520, 10_000), see(530, 13_000, 0, 6))).toBe(false);
    expect(explains(given, some, see(1_020, 10_000, 0, 6))).toBe(true);
    expect(explains(given, some, see(1_020, 13_000, 0, 5))).toBe(false);
  });

  test('can still be committed by the hold that has them, and the rest of it is gone', () => {
    const rest = { estimated_units: 3, estimated_cost: 3_000 };
    const done = (balance: number) => {
      const { body } = committed(2, 520, accountOf(balance, 0), { cost: 2_000, released: 1_000 });
      return call(commit(2), { status: 200, body: { ...(body as object), ...rest } }, 520);
    };
    expect(explains(given, some, done(10_000), see(530, 10_000, 0, 6))).toBe(true);
    expect(explains(given, some, done(11_000))).toBe(false);
    expect(explains(given, some, done(8_000))).toBe(false);
  });

  test('are refused once they would have expired, and only then', () => {
    const late: Answer = { status: 400, body: { type: 'https://api.quotastack.io/errors/validation-failed' } };
    expect(explains(call(grant, late, 510))).toBe(true);
    expect(explains(call(grant, late, 490))).toBe(false);
    expect(explains(call(grant, granted(500), 490, 510))).toBe(false);
  });

  test('may have been granted by a call without an answer, if in time', () => {
    expect(explains(call(grant, undefined, 5), see(20, 14_000, 0, 2, [4_000, 0]))).toBe(true);
    expect(explains(call(grant, undefined, 510), see(520, 14_000, 0, 2, [4_000, 0]))).toBe(false);
    expect(explains(call(grant, undefined, 5), see(510, 10_000, 0, 3))).toBe(true);
  });
});
