import type { Call, SequentialSpec } from './sequential-spec.ts';

export interface Verdict<Operation, Answer> {
  readonly isLinearizable: boolean;
  /** An order that explains every answer; if there is none, the longest beginning of one that was found. */
  readonly order: readonly Call<Operation, Answer>[];
}

interface Candidate<Operation, Answer> {
  readonly index: number;
  readonly call: Call<Operation, Answer>;
  /** When it has taken effect at the latest, if it is the next. */
  readonly byMs: number;
}

interface Branch<State, Operation, Answer> extends Pick<Candidate<Operation, Answer>, 'index' | 'call'> {
  readonly next: State;
  readonly isChange: boolean;
}

/** The history says too little: nobody can tell in good time whether it can be explained. */
export class TooLongToCheck extends Error {
  override readonly name = 'TooLongToCheck';
}

/** A search that meets more situations than this is given up: the history says too little to be checked. */
const mostSituations = 300_000;

/**
 * Looks for an order of the calls in which each takes effect at one moment between its call and its return, and in
 * which one client at a time would have got the same answers.
 *
 * It is the search of Wing & Gong: of the calls that no unfinished one precedes, take one, and go on from the state
 * that it leaves. With Lowe's memory: what was tried in vain, the same calls done and the same state left, isn't tried
 * again. And with two shortcuts. A call that only looked, and sees what is there now, is taken at once: later it could
 * but see less. A call without an answer that would change nothing is left alone: that it never happened explains as
 * much.
 */
export function checkLinearizable<State, Operation, Answer>(
  spec: SequentialSpec<State, Operation, Answer>,
  calls: readonly Call<Operation, Answer>[],
): Verdict<Operation, Answer> {
  return new Search(spec, calls).run();
}

class Search<State, Operation, Answer> {
  readonly #spec: SequentialSpec<State, Operation, Answer>;
  /** By return, so that those whose outcome is unknown come last: to assume that one happened is the last resort. */
  readonly #calls: readonly Call<Operation, Answer>[];
  readonly #answeredCount: number;
  readonly #tried = new Set<string>();
  readonly #order: Call<Operation, Answer>[] = [];
  #longest: readonly Call<Operation, Answer>[] = [];
  #mostAnswered = -1;

  constructor(spec: SequentialSpec<State, Operation, Answer>, calls: readonly Call<Operation, Answer>[]) {
    this.#spec = spec;
    this.#calls = calls.toSorted(byReturn);
    this.#answeredCount = calls.filter(hasReturned).length;
  }

  run(): Verdict<Operation, Answer> {
    const isLinearizable = this.#explain(0n, 0, this.#spec.initial);
    return { isLinearizable, order: this.#longest };
  }

  /** Whether the calls that aren't in `done`, a bit for each, can follow from this state. */
  #explain(done: bigint, answered: number, state: State): boolean {
    this.#note(answered);
    if (answered === this.#answeredCount) return true;
    const hash = this.#spec.hash(state);
    if (!this.#isNew(`${done.toString(36)} ${hash}`)) return false;
    const branches = this.#candidates(done).flatMap((candidate) => this.#branchesOf(candidate, state, hash));
    const look = branches.find(({ call, isChange }) => !isChange && this.#spec.changedNothing(call));
    return (look === undefined ? branches : [look]).some((branch) => this.#follow(branch, done, answered));
  }

  /** Keeps the order if it explains more answers than any before. */
  #note(answered: number): void {
    if (answered <= this.#mostAnswered) return;
    this.#mostAnswered = answered;
    this.#longest = [...this.#order];
  }

  #isNew(situation: string): boolean {
    const { size } = this.#tried;
    if (size === mostSituations) throw new TooLongToCheck('The history says too little: it takes too long to check.');
    return this.#tried.add(situation).size > size;
  }

  /**
   * The calls that may come next: those that were made before the first of the others had returned. As that one comes
   * later, they take effect before its return.
   */
  #candidates(done: bigint): readonly Candidate<Operation, Answer>[] {
    const left = [...this.#calls.entries()].filter(([index]) => ((done >> BigInt(index)) & 1n) === 0n);
    const byMs = left[0]?.[1].returnedAtMs ?? Number.POSITIVE_INFINITY;
    return left.flatMap(([index, call]) => (call.calledAtMs <= byMs ? { index, call, byMs } : []));
  }

  /** The states that the call can leave. */
  #branchesOf(
    { index, call, byMs }: Candidate<Operation, Answer>,
    state: State,
    hash: string,
  ): readonly Branch<State, Operation, Answer>[] {
    const branches = this.#spec.step(state, { ...call, returnedAtMs: byMs }).map((next) => {
      return { index, call, next, isChange: this.#spec.hash(next) !== hash };
    });
    return hasReturned(call) ? branches : branches.filter(({ isChange }) => isChange);
  }

  #follow({ index, call, next }: Branch<State, Operation, Answer>, done: bigint, answered: number): boolean {
    this.#order.push(call);
    const isExplained = this.#explain(done | (1n << BigInt(index)), answered + (hasReturned(call) ? 1 : 0), next);
    this.#order.pop();
    return isExplained;
  }
}

function byReturn(one: Call<unknown, unknown>, other: Call<unknown, unknown>): number {
  return one.returnedAtMs === other.returnedAtMs ? 0 : one.returnedAtMs - other.returnedAtMs;
}

/** Or is known to have taken effect by some time. */
function hasReturned({ returnedAtMs }: Call<unknown, unknown>): boolean {
  return returnedAtMs !== Number.POSITIVE_INFINITY;
}
