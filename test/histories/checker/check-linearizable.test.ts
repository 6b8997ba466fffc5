import { describe, expect, test } from 'vitest';

import { checkLinearizable } from './check-linearizable.ts';
import type { Call, SequentialSpec } from './sequential-spec.ts';
import { findSmallestFailure } from './smallest-failure.ts';
import { drawTimeline } from './timeline.ts';

/** A register: `write 1` answers nothing, `read` answers what was written last. */
type Operation = { readonly write: number } | 'read';

const register: SequentialSpec<number, Operation, number | null> = {
  initial: 0,
  step(state, { operation, answer }) {
    if (operation !== 'read') return [operation.write];
    return answer === undefined || answer === state ? [state] : [];
  },
  hash: String,
  changedNothing: ({ operation }) => operation === 'read',
};

const unknown = Number.POSITIVE_INFINITY;

function write(value: number, calledAtMs: number, returnedAtMs: number): Call<Operation, number | null> {
  const answer = returnedAtMs === unknown ? undefined : null;
  return { client: 1, operation: { write: value }, answer, calledAtMs, returnedAtMs };
}

function read(answer: number, calledAtMs: number, returnedAtMs: number): Call<Operation, number | null> {
  return { client: 2, operation: 'read', answer, calledAtMs, returnedAtMs };
}

function explains(...calls: readonly Call<Operation, number | null>[]): boolean {
  return checkLinearizable(register, calls).isLinearizable;
}

describe('checkLinearizable', () => {
  test('explains nothing at all, and calls one after the other', () => {
    expect(explains()).toBe(true);
    expect(explains(write(1, 0, 1), read(1, 2, 3), write(2, 4, 5), read(2, 6, 7))).toBe(true);
  });

  test('finds no explanation for an answer that was never true', () => {
    expect(explains(write(1, 0, 1), read(2, 2, 3))).toBe(false);
  });

  test('lets calls at the same time take effect in either order', () => {
    expect(explains(write(1, 0, 10), read(0, 2, 3), read(1, 4, 5))).toBe(true);
    expect(explains(write(1, 0, 10), write(2, 0, 10), read(2, 11, 12))).toBe(true);
    expect(explains(write(1, 0, 10), write(2, 0, 10), read(1, 11, 12))).toBe(true);
  });

  test('holds to the order in which things happened', () => {
    expect(explains(write(1, 0, 1), read(0, 2, 3))).toBe(false);
    expect(explains(write(1, 0, 10), read(1, 2, 3), read(0, 4, 5))).toBe(false);
    expect(explains(write(1, 0, 10), write(2, 0, 10), read(1, 11, 12), read(2, 13, 14))).toBe(false);
  });

  test('takes calls of which one returned when the other was made to be at the same time', () => {
    expect(explains(write(1, 0, 2), read(0, 2, 3))).toBe(true);
  });

  test('lets a call without an answer happen at any later time, or never', () => {
    expect(explains(write(1, 0, unknown), read(0, 2, 3), read(0, 4, 5))).toBe(true);
    expect(explains(write(1, 0, unknown), read(0, 2, 3), read(1, 100, 101))).toBe(true);
  });

  test('lets a call without an answer happen once, and not before it was made', () => {
    expect(explains(write(1, 0, unknown), read(1, 1, 2), write(2, 3, 4), read(1, 5, 6))).toBe(false);
    expect(explains(read(1, 0, 1), write(1, 2, unknown))).toBe(false);
  });

  test('tries every state that a call may have left', () => {
    const coin: SequentialSpec<string, 'toss' | 'look', string> = {
      initial: '?',
      step(state, { operation, answer }) {
        if (operation === 'toss') return ['heads', 'tails'];
        return state === answer ? [state] : [];
      },
      hash: (state) => state,
      changedNothing: () => false,
    };
    const toss = { client: 1, operation: 'toss', answer: '', calledAtMs: 0, returnedAtMs: 1 } as const;
    const look = (answer: string, atMs: number) => {
      return { client: 1, operation: 'look', answer, calledAtMs: atMs, returnedAtMs: atMs } as const;
    };
    expect(checkLinearizable(coin, [toss, look('tails', 2)]).isLinearizable).toBe(true);
    expect(checkLinearizable(coin, [toss, look('tails', 2), look('heads', 3)]).isLinearizable).toBe(false);
  });

  test('knows that what comes before a call has happened when that one returns', () => {
    const stamp: SequentialSpec<number, 'stamp' | 'read', number> = {
      initial: 0,
      step(state, { operation, answer, returnedAtMs }) {
        if (operation === 'stamp') return [returnedAtMs];
        return state === answer ? [state] : [];
      },
      hash: String,
      changedNothing: ({ operation }) => operation === 'read',
    };
    const lost = { client: 1, operation: 'stamp', answer: undefined, calledAtMs: 0, returnedAtMs: unknown } as const;
    const look = (answer: number) => {
      return { client: 2, operation: 'read', answer, calledAtMs: 2, returnedAtMs: 3 } as const;
    };
    expect(checkLinearizable(stamp, [lost, look(3)]).isLinearizable).toBe(true);
    expect(checkLinearizable(stamp, [lost, look(unknown)]).isLinearizable).toBe(false);
  });

  test('remembers what it tried, so that many calls at the same time are no matter', () => {
    const writes = Array.from({ length: 12 }, (_, value) => write(value, 0, 10));
    expect(explains(...writes, read(99, 11, 12))).toBe(false);
  });

  test('assumes few of the calls without an answer before many', () => {
    const counter: SequentialSpec<number, { readonly add: number } | 'read', number | null> = {
      initial: 0,
      step(state, { operation, answer }) {
        if (operation !== 'read') return [state + operation.add];
        return answer === undefined || answer === state ? [state] : [];
      },
      hash: String,
      changedNothing: ({ operation }) => operation === 'read',
    };
    const powers = Array.from({ length: 24 }, (_, power) => 2 ** power);
    const lost = powers.map((power) => {
      return { client: 1, operation: { add: power }, answer: undefined, calledAtMs: 0, returnedAtMs: unknown };
    });
    const look = { client: 2, operation: 'read', answer: 2 ** 20 + 2 ** 23, calledAtMs: 1, returnedAtMs: 2 } as const;
    const { isLinearizable, order } = checkLinearizable(counter, [...lost, look]);
    expect(isLinearizable).toBe(true);
    expect(order).toHaveLength(3);
  });

  test('gives the order that explains, or the longest beginning of one', () => {
    const [late, early] = [write(1, 0, 10), read(0, 2, 3)];
    expect(checkLinearizable(register, [late, early]).order).toEqual([early, late]);
    const [first, wrong] = [write(1, 0, 1), read(7, 2, 3)];
    const verdict = checkLinearizable(register, [first, wrong, read(1, 4, 5)]);
    expect(verdict).toEqual({ isLinearizable: false, order: [first] });
  });
});

describe('findSmallestFailure', () => {
  const stale = [write(1, 0, 1), read(1, 2, 3), write(2, 4, 5), read(1, 6, 7)];

  test('finds none in a history that can be explained', () => {
    expect(findSmallestFailure(register, stale.slice(0, 3))).toBe(undefined);
  });

  test('leaves out what came later, and what changed nothing', () => {
    const failure = findSmallestFailure(register, [...stale, read(1, 8, 9), write(3, 10, 11)]);
    expect(failure?.calls).toEqual([stale[0], stale[2], stale[3]]);
    expect(failure?.explained).toEqual([stale[0], stale[2]]);
  });

  test('keeps a call that was still under way, without the answer that came later', () => {
    const underWay = write(5, 3, 90);
    expect(findSmallestFailure(register, [...stale, underWay])?.calls).toContainEqual(write(5, 3, unknown));
  });

  test('is drawn as a line for each call, and says how far it can be explained', () => {
    const failure = findSmallestFailure(register, [...stale, write(5, 3, unknown)])!;
    expect(drawTimeline(failure, ({ operation, answer }) => `${JSON.stringify(operation)}: ${answer}`)).toBe(
      [
        'call    from ms      to ms  client',
        '   1       0.00       1.00      c1  {"write":1}: null',
        '   2       3.00  no answer      c1  {"write":5}: undefined',
        '   3       4.00       5.00      c1  {"write":2}: null',
        '   4       6.00       7.00      c2  "read": 1',
        'Explained one after the other, at most: 1 → 3.',
      ].join('\n'),
    );
  });
});
