import type { Call, SequentialSpec } from './sequential-spec.ts';

export interface Verdict<Operation, Answer> {
  readonly isLinearizable: boolean;
  /** An order that explains every answer; if there is none, the longest beginning of one that was found. */
  readonly order: readonly Call<Operation, Answer>[];
}

/** A state that a call may leave. */
interface Branch<State, Operation, Answer> {
  readonly index: number;
  readonly call: Call<Operation, Answer>;
  readonly next: State;
  readonly nextHash: string;
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
 *
 * Few of the calls without an answer happened as a rule. So it is tried without any of them first, then with one, with
 * two, with four and so on: else the first that is assumed in vain takes all that could follow it along.
 */
export function checkLinearizable<State, Operation, Answer>(
  spec: SequentialSpec<State, Operation, Answer>,
  calls: readonly Call<Operation, Answer>[],
): Verdict<Operation, Answer> {
  const search = new Search(spec, calls);
  const unansweredCount = calls.filter((call) => !hasReturned(call)).length;
  let mostAssumed = 0;
  while (!search.explains(mostAssumed) && mostAssumed < unansweredCount) mostAssumed = Math.max(1, 2 * mostAssumed);
  return search.verdict;
}

class Search<State, Operation, Answer> {
  readonly #spec: SequentialSpec<State, Operation, Answer>;
  /** By return, so that those whose outcome is unknown come last: to assume that one happened is the last resort. */
  readonly #calls: readonly Call<Operation, Answer>[];
  readonly #answeredCount: number;
  /** Whether the call with this index is in the order. */
  readonly #isDone: boolean[];
  readonly #tried = new Set<string>();
  /** How many calls without an answer may be taken to have happened. */
  #mostAssumed = 0;
  readonly #order: Call<Operation, Answer>[] = [];
  #longest: readonly Call<Operation, Answer>[] = [];
  #mostAnswered = -1;

  constructor(spec: SequentialSpec<State, Operation, Answer>, calls: readonly Call<Operation, Answer>[]) {
    this.#spec = spec;
    this.#calls = calls.toSorted(byReturn);
    this.#answeredCount = calls.filter(hasReturned).length;
    this.#isDone = calls.map(() => false);
  }

  /** Whether an order with at most so many of the calls without an answer explains every answer. */
  explains(mostAssumed: number): boolean {
    const { initial } = this.#spec;
    this.#mostAssumed = mostAssumed;
    this.#tried.clear();
    return this.#explain(0, 0, initial, this.#spec.hash(initial));
  }

  get verdict(): Verdict<Operation, Answer> {
    return { isLinearizable: this.#mostAnswered === this.#answeredCount, order: this.#longest };
  }

  /**
   * Whether the calls that aren't done can follow from this state.
   *
   * @param firstLeft - The first call that isn't done.
   */
  #explain(firstLeft: number, answered: number, state: State, hash: string): boolean {
    this.#note(answered);
    if (answered === this.#answeredCount) return true;
    if (!this.#isNew(firstLeft, hash)) return false;
    const branches = this.#branchesFrom(firstLeft, answered, state, hash);
    const look = branches.find(({ call, nextHash }) => nextHash === hash && this.#spec.changedNothing(call));
    return (look === undefined ? branches : [look]).some((branch) => this.#follow(branch, firstLeft, answered));
  }

  /** Keeps the order if it explains more answers than any before. */
  #note(answered: number): void {
    if (answered <= this.#mostAnswered) return;
    this.#mostAnswered = answered;
    this.#longest = [...this.#order];
  }

  #isNew(firstLeft: number, hash: string): boolean {
    const { size } = this.#tried;
    const doneLater = this.#isDone.flatMap((isDone, index) => (isDone && index > firstLeft ? index : []));
    const situation = `${firstLeft} ${doneLater.join()} ${hash}`;
    if (size === mostSituations) throw new TooLongToCheck('The history says too little: it takes too long to check.');
    return this.#tried.add(situation).size > size;
  }

  /**
   * The states that the calls which may come next can leave. Those are the calls that were made before the first of the
   * others had returned. As that one comes later, they take effect before its return.
   */
  #branchesFrom(
    firstLeft: number,
    answered: number,
    state: State,
    hash: string,
  ): readonly Branch<State, Operation, Answer>[] {
    const byMs = this.#calls[firstLeft]?.returnedAtMs ?? Number.POSITIVE_INFINITY;
    const mayAssume = this.#order.length - answered < this.#mostAssumed;
    const branches: Branch<State, Operation, Answer>[] = [];
    for (let index = firstLeft; index < this.#calls.length; index += 1) {
      const call = this.#calls[index]!;
      if (this.#isDone[index] || call.calledAtMs > byMs) continue;
      if (!mayAssume && !hasReturned(call)) break;
      for (const next of this.#spec.step(state, { ...call, returnedAtMs: byMs })) {
        const nextHash = this.#spec.hash(next);
        if (nextHash !== hash || hasReturned(call)) branches.push({ index, call, next, nextHash });
      }
    }
    return branches;
  }

  #follow(branch: Branch<State, Operation, Answer>, firstLeft: number, answered: number): boolean {
    const { index, call, next, nextHash } = branch;
    this.#order.push(call);
    this.#isDone[index] = true;
    let first = firstLeft;
    while (this.#isDone[first]) first += 1;
    const isExplained = this.#explain(first, answered + (hasReturned(call) ? 1 : 0), next, nextHash);
    this.#isDone[index] = false;
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
