/** One client's call, as far as its client can tell what became of it. Times are milliseconds of one clock. */
export interface Call<Operation, Answer> {
  readonly client: number;
  readonly operation: Operation;
  /** Undefined if no answer came: then it took effect at any moment after it was made, or never. */
  readonly answer: Answer | undefined;
  readonly calledAtMs: number;
  /** Infinity if no answer came. */
  readonly returnedAtMs: number;
}

/** What a thing does when it is used by one client at a time. */
export interface SequentialSpec<State, Operation, Answer> {
  readonly initial: State;
  /**
   * The states in which the thing may be after the call; none if it can't have given this answer in this state.
   * Several, because an unknown answer, or one that depends on the exact time, may leave room for more than one.
   * Here a call returns no later than those that come after it: when one of them returns, it has taken effect.
   * The call returns here no later than what comes after it: whatever happened before that is over by then.
   */
  step(state: State, call: Call<Operation, Answer>): readonly State[];
  /** The same for equal states, and for no others. */
  hash(state: State): string;
  /** Whether the answer says that nothing was changed, in whatever state: the call only looked. */
  changedNothing(call: Call<Operation, Answer>): boolean;
}
