import { familiesFor } from '../families.ts';
import { TooLongToCheck } from './checker/check-linearizable.ts';
import type { Call, SequentialSpec } from './checker/sequential-spec.ts';
import { findSmallestFailure } from './checker/smallest-failure.ts';
import type { Failure } from './checker/smallest-failure.ts';
import { drawTimeline } from './checker/timeline.ts';
import type { AnyFamily } from './family.ts';
import type { History } from './recording/history.ts';

const families = await familiesFor('histories');

type AnyCall = Call<unknown, unknown>;

/** What can't be explained in a history. */
export interface UnexplainedPart {
  /** For people. */
  readonly text: string;
  readonly callCount: number;
}

/** The part of a history that can't be explained, the smallest if there are several; undefined if there is none. */
export function checkHistory(history: History): UnexplainedPart | undefined {
  const family = familyOf(history);
  const parts = [...callsByKey(family, history)].flatMap(([key, calls]) => {
    return checkKey(family, key, calls, history.clockToleranceMs) ?? [];
  });
  return parts.toSorted((one, other) => one.callCount - other.callCount)[0];
}

function checkKey(
  family: AnyFamily,
  key: string,
  recorded: readonly AnyCall[],
  clockToleranceMs: number,
): UnexplainedPart | undefined {
  const calls = family.placeUnanswered(recorded, clockToleranceMs);
  const failure = findFailure(family.specOf(key, clockToleranceMs), calls);
  if (failure === undefined) return undefined;
  if (failure === 'too long') {
    return { text: `Whether these calls on ${key} can be explained takes too long to check.`, callCount: Infinity };
  }
  const tally = `${calls.length} were made on it in all`;
  const timeline = drawTimeline(failure, (call, originMs) => family.describe(call, originMs));
  const text = `No order of these calls on ${key} explains their answers (${tally}):\n${timeline}`;
  return { text, callCount: failure.calls.length };
}

function findFailure(
  spec: SequentialSpec<unknown, unknown, unknown>,
  calls: readonly AnyCall[],
): Failure<unknown, unknown> | 'too long' | undefined {
  try {
    return findSmallestFailure(spec, calls);
  } catch (error) {
    if (error instanceof TooLongToCheck) return 'too long';
    throw error;
  }
}

function familyOf({ family: name }: History): AnyFamily {
  const family = families.find((each) => each.name === name);
  if (family === undefined) throw new Error(`There is no family ${name}.`);
  return family;
}

function callsByKey(family: AnyFamily, { calls: recorded }: History): ReadonlyMap<string, readonly AnyCall[]> {
  const calls = new Map<string, AnyCall[]>();
  for (const { client, command, answer, calledAtMs, returnedAtMs = Number.POSITIVE_INFINITY } of recorded) {
    for (const { key, ...part } of family.split(command, answer)) {
      calls.set(key, [...(calls.get(key) ?? []), { client, ...part, calledAtMs, returnedAtMs }]);
    }
  }
  return calls;
}
