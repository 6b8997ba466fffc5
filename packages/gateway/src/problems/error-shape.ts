import type { Problem } from './problems.ts';

/** What a shape may use besides the problem. */
export interface ProblemContext {
  /** Absent if the answer must not depend on the request. */
  readonly requestId: string | undefined;
  /** What the types of problems begin with. */
  readonly problemTypeBase: string;
}

/** A problem on the wire. */
interface WrittenProblem {
  readonly contentType: string;
  readonly body: string;
}

/** How a family writes problems. Statuses are the same in all families. */
export type ErrorShape = (problem: Problem, context: ProblemContext) => WrittenProblem;
