import { checkLinearizable } from './check-linearizable.ts';
import type { Call, SequentialSpec } from './sequential-spec.ts';

/** What is left of a history that can't be explained when everything that isn't needed for that is taken away. */
export interface Failure<Operation, Answer> {
  /** In the order in which they were made. */
  readonly calls: readonly Call<Operation, Answer>[];
  /** The longest order of some of them that can be explained. */
  readonly explained: readonly Call<Operation, Answer>[];
}

const unanswered = { answer: undefined, returnedAtMs: Number.POSITIVE_INFINITY };

/** The smallest part of a history that isn't linearizable; undefined if the history is. */
export function findSmallestFailure<State, Operation, Answer>(
  spec: SequentialSpec<State, Operation, Answer>,
  calls: readonly Call<Operation, Answer>[],
): Failure<Operation, Answer> | undefined {
  const fails = (some: readonly Call<Operation, Answer>[]) => !checkLinearizable(spec, some).isLinearizable;
  if (!fails(calls)) return undefined;
  const smallest = withoutNeedless(spec, shortestBeginning(calls, fails), fails);
  const ordered = smallest.toSorted((one, other) => one.calledAtMs - other.calledAtMs);
  return { calls: ordered, explained: checkLinearizable(spec, smallest).order };
}

/** If a beginning can't be explained, nothing that comes later mends it: the shortest such is looked for by halves. */
function shortestBeginning<Operation, Answer>(
  calls: readonly Call<Operation, Answer>[],
  fails: (calls: readonly Call<Operation, Answer>[]) => boolean,
): readonly Call<Operation, Answer>[] {
  const returnsMs = calls.map(({ returnedAtMs }) => returnedAtMs).filter(Number.isFinite);
  const ends = returnsMs.sort((one, other) => one - other);
  let [explained, unexplained] = [-1, ends.length - 1];
  while (unexplained - explained > 1) {
    const middle = Math.floor((explained + unexplained) / 2);
    if (fails(cutOff(calls, ends[middle]!))) unexplained = middle;
    else explained = middle;
  }
  return cutOff(calls, ends[unexplained]!);
}

/** What was known at one time: calls that hadn't returned by then may have taken effect already, or not. */
function cutOff<Operation, Answer>(
  calls: readonly Call<Operation, Answer>[],
  endMs: number,
): readonly Call<Operation, Answer>[] {
  return calls
    .filter(({ calledAtMs }) => calledAtMs <= endMs)
    .map((call) => (call.returnedAtMs <= endMs ? call : { ...call, ...unanswered }));
}

/** Only what changed nothing can be left out: without a release, say, any history would look wrong. */
function withoutNeedless<State, Operation, Answer>(
  spec: SequentialSpec<State, Operation, Answer>,
  calls: readonly Call<Operation, Answer>[],
  fails: (calls: readonly Call<Operation, Answer>[]) => boolean,
): readonly Call<Operation, Answer>[] {
  let needed = calls;
  for (const call of calls.filter((each) => spec.changedNothing(each))) {
    const others = needed.filter((each) => each !== call);
    if (fails(others)) needed = others;
  }
  return needed;
}
