import type { Problem } from './problems.ts';

/** What a shape may need besides the problem. */
export interface ProblemContext {
  /** Absent where the answer is to be the same for whoever asks. */
  readonly requestId: string | undefined;
  /** What the types of problems begin with. */
  readonly problemTypeBase: string;
}

/** A problem as it goes over the wire. */
interface WrittenProblem {
  readonly contentType: string;
  readonly body: string;
}

/** How a family writes its problems down. Their statuses are the same in all families. */
export type ErrorShape = (problem: Problem, context: ProblemContext) => WrittenProblem;
